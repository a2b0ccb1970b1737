import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoot } from '../app.tsx'
import { announce } from '../parts/announce.tsx'
import { Button } from '../parts/button.tsx'

/** Passing the event on: by whatever the device shares with, else by its address. */
export function Share({ title }: { title: string }) {
  const { t } = useTranslation()
  const { preview } = useBoot()
  const [isCopied, setCopied] = useState(false)
  const [can, setCan] = useState(false)
  useEffect(() => setCan('share' in navigator || 'clipboard' in navigator), [])
  async function share() {
    const url = document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href ?? location.href
    try {
      if ('share' in navigator) await navigator.share({ title, url })
      else {
        await (navigator as Navigator).clipboard.writeText(url)
        setCopied(true)
        announce(t('event.copied'))
      }
    } catch {
      // Changed their mind.
    }
  }
  return (
    <p>
      <Button onClick={share} disabled={!can || preview !== undefined}>
        {isCopied ? t('event.copied') : t('event.share')}
      </Button>
    </p>
  )
}
