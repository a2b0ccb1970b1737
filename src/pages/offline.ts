/**
 * What an order's page runs so that it opens again where there is no network: it has a worker keep it, and says when it is
 * shown as it was, or when the network has gone. Whoever runs no scripts has the PDF.
 */
export const OFFLINE_SCRIPT = `
const root = document.documentElement, note = document.querySelector('[data-note]')
const { kept } = root.dataset
const show = () => {
  const offline = kept !== undefined || !navigator.onLine
  root.toggleAttribute('data-offline', offline)
  if (note.hidden !== !offline) note.hidden = !offline
}
note.querySelector('time').textContent = new Date(kept ?? Date.now()).toLocaleString(root.lang)
addEventListener('offline', show)
addEventListener('online', () => kept === undefined ? show() : location.reload())
show()
let asked = false
async function keep() {
  if (asked || kept !== undefined || !document.querySelector('main').dataset.keep || !navigator.serviceWorker) return
  asked = true
  try {
    await navigator.serviceWorker.register('worker.js')
    const { active } = await navigator.serviceWorker.ready
    active.postMessage({ keep: location.href })
  } catch {} // a browser that forbids it: the page works as without
}
new MutationObserver(keep).observe(document.querySelector('.frame'), { childList: true })
keep()
`

/** Until when a page may be kept; without it none is. */
export const KEEP_HEADER = 'x-boxoffice-keep-until'

/**
 * The worker beside the pages of orders. It keeps those pages alone, by path and secret, which the server lets it keep;
 * asks the network first, and shows what it has where that does not answer. What it learns to be over it forgets.
 */
export const WORKER = `
const NAME = 'boxoffice-orders', PAGES_MAX = 20, LENGTH_MAX = 2000000, PATIENCE_MS = 4000
function keyOf(address) {
  const url = new URL(address)
  const token = url.searchParams.get('token')
  const isPage = url.origin === location.origin && /\\/orders\\/[^/]+$/.test(url.pathname) && token
  return isPage ? url.origin + url.pathname + '?token=' + encodeURIComponent(token) : null
}
addEventListener('install', () => skipWaiting())
addEventListener('message', event => {
  const key = typeof event.data?.keep === 'string' ? keyOf(event.data.keep) : null
  if (key) event.waitUntil(fetch(event.data.keep, { redirect: 'manual' }).then(found => keep(key, found)).catch(() => {}))
})
addEventListener('fetch', event => {
  const { request } = event
  const key = request.method === 'GET' && request.mode === 'navigate' ? keyOf(request.url) : null
  if (!key) return
  const found = fetch(request)
  event.waitUntil(found.then(page => keep(key, page.clone())).catch(() => {}))
  event.respondWith(answer(key, found))
})
async function answer(key, found) {
  const late = new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
  const first = await Promise.race([found.catch(() => null), late])
  return first ?? (await look(key)) ?? found
}
async function keep(key, page) {
  const pages = await caches.open(NAME)
  const until = page.ok ? page.headers.get('${KEEP_HEADER}') : null
  if (until === null) {
    // Anything else is the server's trouble, and no word about the order.
    if (page.ok || page.status === 404 || page.status === 410) await pages.delete(key)
    return
  }
  const text = await page.text()
  if (text.length > LENGTH_MAX) return
  const headers = { '${KEEP_HEADER}': until }
  for (const name of ['content-type', 'content-security-policy', 'referrer-policy', 'x-frame-options'])
    if (page.headers.has(name)) headers[name] = page.headers.get(name)
  const markup = text.replace('<html ', '<html data-kept="' + new Date().toISOString() + '" ')
  await pages.delete(key)
  await pages.put(key, new Response(markup, { headers }))
  const keys = await pages.keys()
  for (const oldest of keys.slice(0, Math.max(0, keys.length - PAGES_MAX))) await pages.delete(oldest)
}
async function look(key) {
  const pages = await caches.open(NAME)
  const page = await pages.match(key)
  if (page && Date.parse(page.headers.get('${KEEP_HEADER}')) > Date.now()) return page
  if (page) await pages.delete(key)
  return null
}
`
