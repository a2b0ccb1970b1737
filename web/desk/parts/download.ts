import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { useSite } from '../site.tsx'

/**
 * Fetches a file of this site as the person who is signed in, and hands it to the browser under `name`. One that takes
 * longer says how much of it has come, on whatever page of the desk the person is by then.
 */
export function useDownload() {
  const { siteId } = useSite()
  const { t, i18n } = useTranslation('desk')
  return useMutation<void, ApiError, { path: string; name: string }>({
    mutationFn: async ({ path, name }) => {
      let id: string | null = null
      let bytes = 0
      const megabytes = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })
      const far = () => t('download.far', { name, size: megabytes.format(bytes / 1_000_000) })
      const closing = { closeButtonProps: { 'aria-label': t('close') } }
      const ask = (event: BeforeUnloadEvent) => event.preventDefault()
      const looking = setInterval(() => {
        if (id) notifications.update({ id, message: far() })
        else id = notifications.show({ message: far(), loading: true, autoClose: false, ...closing })
      }, LOOKS_MS)
      window.addEventListener('beforeunload', ask)
      try {
        const response = await fetch(path, { headers: { 'wix-site-id': siteId } }).catch(() => null)
        if (!response) throw new ApiError({ status: 0 })
        if (!response.ok)
          throw new ApiError({ status: response.status, body: await response.json().catch(() => undefined) })
        const parts: BlobPart[] = []
        const reader = response.body?.getReader()
        for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
          parts.push(read.value)
          bytes += read.value.byteLength
        }
        saveFile(new Blob(parts, { type: response.headers.get('content-type') ?? '' }), name)
        if (id)
          notifications.update({
            id,
            message: t('download.done', { name }),
            color: 'green',
            loading: false,
            autoClose: 10_000,
          })
      } catch (error) {
        if (id)
          notifications.update({
            id,
            message: t('download.failed', { name }),
            color: 'red',
            loading: false,
            autoClose: false,
          })
        // A file that ends too early is none.
        throw error instanceof ApiError ? error : new ApiError({ status: 0 })
      } finally {
        clearInterval(looking)
        window.removeEventListener('beforeunload', ask)
      }
    },
  })
}

const LOOKS_MS = 1000

/** Hands a file to the browser under `name`. */
export function saveFile(content: Blob | string, name: string): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
