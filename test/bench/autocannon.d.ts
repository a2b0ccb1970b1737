/** The part of autocannon that the bench uses; the package ships no types. */
declare module 'autocannon' {
  namespace autocannon {
    type Request = {
      method: string
      path: string
      headers?: Record<string, string>
      body?: string
      setupRequest?: (request: Request, context: object) => Request
      onResponse?: (status: number, body: string, context: object) => void
    }
    type Result = { '2xx': number; non2xx: number; errors: number; duration: number }
  }
  function autocannon(options: {
    url: string
    connections: number
    duration: number
    requests: autocannon.Request[]
  }): Promise<autocannon.Result>
  export default autocannon
}
