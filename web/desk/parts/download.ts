import { useMutation } from '@tanstack/react-query'
import { ApiError } from '../../shared/api.ts'
import { useSite } from '../site.tsx'

/** Fetches a file of this site as the person who is signed in, and hands it to the browser under `name`. */
export function useDownload() {
  const { siteId } = useSite()
  return useMutation<void, ApiError, { path: string; name: string }>({
    mutationFn: async ({ path, name }) => {
      const response = await fetch(path, { headers: { 'wix-site-id': siteId } }).catch(() => null)
      if (!response) throw new ApiError({ status: 0 })
      if (!response.ok)
        throw new ApiError({ status: response.status, body: await response.json().catch(() => undefined) })
      saveFile(await response.blob(), name)
    },
  })
}

/** Hands a file to the browser under `name`. */
export function saveFile(content: Blob | string, name: string): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
