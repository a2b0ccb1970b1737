import { type Html, html, trusted } from '../pages/html.ts'

/** A mail before it is markup or text: what it says from top to bottom. */
export type Letter = {
  /** BCP 47: of the words that are ours. */
  language: string
  direction: 'ltr' | 'rtl'
  from: string
  title: string
  /** What matters most, if anything does: the event was canceled, or moved. */
  notice: { tone: 'bad' | 'wait'; text: string } | null
  greeting: string
  /** Plain text of the organizer's; an empty line begins a paragraph. */
  body: string
  facts: readonly (readonly [term: string, content: string])[]
  /** A code to be shown, as a picture that comes with the mail. */
  code?: { cid: string; label: string } | null
  /** The first one is the button. */
  links: readonly (readonly [text: string, url: string])[]
  footer: readonly string[]
  /** The way to no more of these. */
  unsubscribe: readonly [text: string, url: string] | null
}

/** For programs that show no markup, and for people who want none. */
export function letterText(letter: Letter): string {
  const { from, title, notice, greeting, body, facts, links, footer, unsubscribe } = letter
  const paragraphs = [
    from,
    notice === null ? title : `${title}\n${notice.text}`,
    greeting,
    body,
    facts.map(([term, content]) => `${term}: ${content}`).join('\n'),
    ...links.map(([text, url]) => `${text}:\n${url}`),
    footer.join('\n'),
    unsubscribe === null ? '' : `${unsubscribe[0]}:\n${unsubscribe[1]}`,
  ]
  return `${paragraphs.filter(paragraph => paragraph !== '').join('\n\n')}\n`
}

/**
 * One column that fits a phone. Its style is inside each element, because some mail programs drop style sheets; the sheet
 * is for those that keep it, and turns the colours for dark screens. Nothing is loaded from anywhere, so that opening a
 * mail tells nobody.
 */
export function letterMarkup(letter: Letter): string {
  const { language, direction, from, title, notice, greeting, body, facts, code, links, footer, unsubscribe } = letter
  return html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>${SHEET}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f2f4f7">
<div style="display:none;max-height:0;overflow:hidden">${body.split('\n', 1)}</div>
<div role="main">
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" dir="${direction}" class="paper" width="560" cellpadding="0" cellspacing="0" style="width:100%;max-width:560px;background:#ffffff;border:1px solid #d5d9e0;border-radius:12px"><tr><td class="ink inside" style="padding:28px;color:#1a1d23;text-align:start;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif">
<p class="soft" style="margin:0 0 12px;font-size:14px;font-weight:bold;color:#545b67"><bdi>${from}</bdi></p>
<h1 dir="auto" style="margin:0 0 16px;font-size:24px;line-height:1.25">${title}</h1>
${notice && html`<p dir="auto" class="${notice.tone}" style="margin:0 0 20px;padding:12px 16px;border-radius:8px;font-weight:bold;${NOTICES[notice.tone]}">${notice.text}</p>`}
<p dir="auto" style="margin:0 0 16px">${greeting}</p>
${paragraphsOf(body).map(lines => html`<p dir="auto" style="margin:0 0 16px">${lines}</p>\n`)}
${
  facts.length > 0 &&
  html`<table class="line" cellpadding="0" cellspacing="0" style="width:100%;margin:4px 0 24px;border-collapse:collapse;border-top:1px solid #d5d9e0">
${facts.map(
  ([
    term,
    content,
  ]) => html`<tr><th scope="row" class="soft line" style="width:32%;padding:${direction === 'rtl' ? '8px 0 8px 12px' : '8px 12px 8px 0'};border-bottom:1px solid #d5d9e0;text-align:start;vertical-align:top;font-weight:normal;font-size:14px;color:#545b67">${term}</th><td class="line" style="padding:8px 0;border-bottom:1px solid #d5d9e0;vertical-align:top;word-break:break-word"><bdi>${content}</bdi></td></tr>
`,
)}</table>`
}
${
  code &&
  html`<p style="margin:0 0 20px;text-align:center"><img src="cid:${code.cid}" alt="${code.label}" width="232" height="232" style="display:inline-block;width:232px;height:232px;background:#ffffff;border-radius:8px"></p>
`
}
${links.map(([text, url], index) =>
  index === 0
    ? html`<p style="margin:0 0 16px"><a class="button" href="${url}" style="display:inline-block;padding:13px 22px;background:#1a4fc4;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:bold">${text}</a></p>\n`
    : html`<p style="margin:0 0 10px"><a class="link" href="${url}" style="display:inline-block;padding:4px 0;color:#1a4fc4">${text}</a></p>\n`,
)}
<div class="soft line" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #d5d9e0;font-size:13px;color:#545b67">
${footer.map(line => html`<p dir="auto" style="margin:0 0 6px">${line}</p>\n`)}
${unsubscribe && html`<p style="margin:0 0 6px"><a class="soft" href="${unsubscribe[1]}" style="color:#545b67">${unsubscribe[0]}</a></p>`}
</div>
</td></tr></table>
</td></tr></table>
</div>
</body>
</html>
`.text
}

const NOTICES = { bad: 'background:#fce8e8;color:#8f1717', wait: 'background:#fcf0d9;color:#6b4200' } as const

const SHEET = trusted(`
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background: #111317 !important; }
  .paper { background: #1b1e24 !important; border-color: #363b45 !important; }
  .ink { color: #eceef2 !important; }
  .soft { color: #a9b0bd !important; }
  .line { border-color: #363b45 !important; }
  .link { color: #93b4ff !important; }
  .button { background: #93b4ff !important; color: #111317 !important; }
  .bad { background: #3d1616 !important; color: #ffabab !important; }
  .wait { background: #352608 !important; color: #f3c777 !important; }
}
@media (max-width: 480px) {
  .inside { padding: 20px !important; }
  .button { display: block !important; text-align: center !important; }
}
`)

function paragraphsOf(text: string): Html[][] {
  return text
    .split(/(?:\r?\n|\r)[^\S\r\n]*(?:\r?\n|\r)\s*/)
    .filter(paragraph => paragraph.trim() !== '')
    .map(paragraph =>
      paragraph.split(/\r?\n|\r/).map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`)),
    )
}
