import { type ClientRequest, get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { onTestFinished } from 'vitest'

/** A message of a stream, as a browser would hand it on; `data` is read as JSON. */
export type Message = {
  event: string
  id: string | undefined
  // Judged member by member in the tests that read them.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  data: any
}

/** An open stream, read line by line as browsers do. */
export type Stream = {
  status: number
  headers: IncomingMessage['headers']
  /** All that came until now. */
  messages: Message[]
  comments: string[]
  /** What `retry` said last, in ms. */
  retry: () => number | undefined
  /** The next message that nobody has taken yet. @throws Error when the stream ends before it comes */
  next: () => Promise<Message>
  /** When the server has ended it. */
  ended: Promise<void>
  /** The text of a refusal, which ends. */
  body: () => Promise<string>
  close: () => void
}

/** Opens a stream; it is closed when the test is over. */
export async function listenTo(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const get = url.startsWith('https:') ? httpsGet : httpGet
  let request: ClientRequest | undefined
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request = get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve)
    request.on('error', reject)
  })
  onTestFinished(() => void request?.destroy())
  const messages: Message[] = []
  const comments: string[] = []
  const waiting: { resolve: (message: Message) => void; reject: (error: Error) => void }[] = []
  let taken = 0
  let retry: number | undefined
  let text = ''
  let rest = ''
  let message: { event: string; id?: string; data: string } = { event: 'message', data: '' }

  const read = (line: string) => {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (line === '') {
      const { event, id, data } = message
      message = { event: 'message', data: '' }
      if (data === '') return
      messages.push({ event, id, data: JSON.parse(data) })
      const next = waiting.shift()
      if (next) next.resolve(messages[taken++] as Message) // just put there
    } else if (field === '') comments.push(value)
    else if (field === 'retry') retry = Number(value)
    else Object.assign(message, { [field]: value })
  }
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    text += chunk
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (response.statusCode === 200) for (const line of lines) read(line)
  })
  const ended = new Promise<void>(resolve => response.on('close', resolve))
  ended.then(() => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the stream ended'))
  })
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    messages,
    comments,
    retry: () => retry,
    next: () =>
      new Promise((resolve, reject) => {
        const message = messages[taken]
        if (!message && response.closed) reject(new Error('the stream has ended'))
        else if (!message) waiting.push({ resolve, reject })
        else {
          taken += 1
          resolve(message)
        }
      }),
    ended,
    body: () => ended.then(() => text),
    close: () => request?.destroy(),
  }
}
