/*
 * Keeps the door's app on the phone, so that it opens without a network and without the server. It keeps one build, whole,
 * and goes over to the next one when the app says so: never in the middle of a scan.
 */
const VERSION = '%VERSION%'
const FILES = '%FILES%'.split(' ')
const CACHE = `boxoffice-door-${VERSION}`
const SHELL = '/check-in'

const worker = self as unknown as WorkerScope // the library of workers contradicts that of pages

worker.addEventListener('install', event => event.waitUntil(keepAll()))
worker.addEventListener('activate', event => event.waitUntil(forgetOthers().then(() => worker.clients.claim())))
worker.addEventListener('message', event => {
  if (event.data === 'take over') void worker.skipWaiting()
})
worker.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate') return event.respondWith(answerPage(request, url))
  if (FILES.includes(url.pathname)) event.respondWith(answerFile(request))
})

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE)
  // Named by their content, so what the browser has of them is right; the page itself is asked for anew.
  await Promise.all([cache.addAll(FILES), cache.add(new Request(SHELL, { cache: 'reload' }))])
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter(name => /^boxoffice-door-[\w-]{12}$/.test(name) && name !== CACHE)
  await Promise.all(old.map(name => caches.delete(name)))
}

async function answerPage(request: Request, { pathname }: URL): Promise<Response> {
  const isTicket = pathname.startsWith(`${SHELL}/`)
  // A ticket's code leads whoever works at the door to the app, and everybody else to a page about the ticket.
  if (isTicket && !(await caches.match('/check-in/signed-in', { cacheName: 'boxoffice-door-signed-in' })))
    return fetch(request)
  const shell = await caches.match(SHELL, { cacheName: CACHE })
  return shell ?? fetch(request)
}

async function answerFile(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request)
}

type Lasting = Event & { waitUntil: (doing: Promise<unknown>) => void }
type Fetching = Event & { request: Request; respondWith: (answer: Promise<Response>) => void }
type WorkerScope = {
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
  clients: { claim: () => Promise<void> }
  skipWaiting: () => Promise<void>
}
