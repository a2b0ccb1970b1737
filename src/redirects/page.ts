/** A page that says one thing and shows one way on. */
export function plainPage({ title, text, link }: { title: string; text: string; link: Link | null }): string {
  const way = link ? `<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>` : ''
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${way}</main>
</body>
</html>
`
}

type Link = { href: string; text: string }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
