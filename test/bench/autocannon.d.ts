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
    type Client = { setRequests: (requests: Request[]) => void }
    type Result = {
      '2xx': number
      non2xx: number
      errors: number
      timeouts: number
      /** Seconds. */
      duration: number
    }
    type Instance = Promise<Result> & {
      stop: () => void
      on: (
        name: 'response',
        listener: (client: Client, status: number, bytes: number, milliseconds: number) => void,
      ) => void
    }
    type Options = {
      url: string
      connections: number
      /** Milliseconds between two looks at whether the time is up. */
      sampleInt: number
      /** Seconds; does not count where there is an `amount`. */
      duration?: number
      /** Requests in all; the connections share them equally. */
      amount?: number
      /** Seconds until a request that is not answered counts as an error. */
      timeout?: number
      requests?: Request[]
      setupClient?: (client: Client) => void
    }
  }
  function autocannon(options: autocannon.Options): autocannon.Instance
  export default autocannon
}
