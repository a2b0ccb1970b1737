import { BROWSER_SECONDS, readSecret } from './model.ts'

const NAME = 'boxoffice_redirect'

/** The cookie by which a browser is known that used an address; no script and no other site can send or read it. */
export function cookieOf(secret: string, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${NAME}=${secret}; Path=/; Max-Age=${BROWSER_SECONDS}; HttpOnly; SameSite=Lax${secure}`
}

/** What a request says of the browser that it comes from; null when it used no address of ours. */
export function browserOf({ cookie = '' }: { cookie?: string | undefined }): ReturnType<typeof readSecret> {
  const cookies = cookie.split(';').map(each => each.trim().split('='))
  const [, secret = ''] = cookies.find(([name]) => name === NAME) ?? []
  return readSecret(secret)
}
