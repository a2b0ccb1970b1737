/**
 * What a page runs that waits for something: it looks at itself again, less and less often, at once when it is looked at
 * after a while, and shows what has changed without being loaded anew. Whoever runs no scripts reloads it.
 */
export const LIVE_SCRIPT = `
const said = document.querySelector('.unseen[role=status]')
const main = () => document.querySelector('main')
const FIRST_MS = 2000, LONGEST_MS = 30000
let pause = FIRST_MS, timer
async function look() {
  clearTimeout(timer)
  try {
    const answer = await fetch(location.href, { cache: 'no-store' })
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
  } catch {} // no network: the next look may find one
  pause = Math.min(pause * 1.3, LONGEST_MS)
  if (main().dataset.waits) timer = setTimeout(look, pause)
}
function show(page) {
  const before = main(), now = page.querySelector('main')
  if (now.dataset.state === before.dataset.state) {
    const left = before.querySelector('[data-left]'), leftNow = now.querySelector('[data-left]')
    if (left && leftNow && left.textContent !== leftNow.textContent) {
      left.textContent = leftNow.textContent
      if (leftNow.dataset.left) said.textContent = leftNow.textContent
    }
    return
  }
  if (now.dataset.next) return location.replace(now.dataset.next)
  document.title = page.title
  before.replaceWith(document.adoptNode(now))
  said.textContent = now.querySelector('.notice').textContent
  pause = FIRST_MS
}
document.addEventListener('visibilitychange', () => { if (!document.hidden && main().dataset.waits) look() })
timer = setTimeout(look, pause)
`
