import { type Html, html } from '../pages/html.ts'

/** A mail before it is markup or text: what it says from top to bottom. */
export type Letter = {
  /** BCP 47: of the words that are ours. */
  language: string
  direction: 'ltr' | 'rtl'
  from: string
  title: string
  /** What matters most, if anything does: the event was canceled. */
  notice: string | null
  greeting: string
  /** Plain text of the organizer's; an empty line begins a paragraph. */
  body: string
  facts: readonly (readonly [term: string, content: string])[]
  /** The first one is the button. */
  links: readonly (readonly [text: string, url: string])[]
  footer: readonly string[]
  /** The way to no more of these. */
  unsubscribe: readonly [text: string, url: string] | null
}

/** For programs that show no markup, and for people who want none. */
export function letterText({ from, title, notice, greeting, body, facts, links, footer, unsubscribe }: Letter): string {
  const paragraphs = [
    from,
    notice === null ? title : `${title}\n${notice}`,
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
 * One column that fits a phone, with its style inside, because mail programs drop style sheets; nothing is loaded from
 * anywhere, so that opening it tells nobody.
 */
export function letterMarkup({ language, from, title, notice, greeting, body, facts, links, footer }: Letter): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#16181d;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #d9dde4;border-radius:8px">
<p dir="auto" style="margin:0 0 16px;font-size:14px;color:#565d69">${from}</p>
<h1 dir="auto" style="margin:0 0 16px;font-size:24px;line-height:1.25">${title}</h1>
${notice && html`<p dir="auto" style="margin:0 0 16px;padding:12px 16px;background:#fdeaea;color:#9b1c1c;border-radius:6px;font-weight:bold">${notice}</p>`}
<p dir="auto" style="margin:0 0 16px">${greeting}</p>
${paragraphsOf(body).map(lines => html`<p dir="auto" style="margin:0 0 16px">${lines}</p>\n`)}
${
  facts.length > 0 &&
  html`<table style="margin:0 0 20px;border-collapse:collapse;width:100%">
${facts.map(([term, content]) => html`<tr><th scope="row" style="padding:6px 16px 6px 0;text-align:start;vertical-align:top;font-weight:normal;font-size:14px;color:#565d69">${term}</th><td dir="auto" style="padding:6px 0;vertical-align:top">${content}</td></tr>\n`)}</table>`
}
${links.map(([text, url], index) => html`<p style="margin:0 0 12px"><a href="${url}" style="${index === 0 ? BUTTON : LINK}">${text}</a></p>\n`)}
<div style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #d9dde4;font-size:13px;color:#565d69">
${footer.map(line => html`<p dir="auto" style="margin:0 0 6px">${line}</p>\n`)}</div>
</div>
</body>
</html>
`.text
}

const BUTTON =
  'display:inline-block;padding:12px 20px;background:#1f4bb8;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:bold'
const LINK = 'color:#1f4bb8'

function paragraphsOf(text: string): Html[][] {
  return text
    .split(/(?:\r?\n|\r)[^\S\r\n]*(?:\r?\n|\r)\s*/)
    .filter(paragraph => paragraph.trim() !== '')
    .map(paragraph =>
      paragraph.split(/\r?\n|\r/).map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`)),
    )
}
