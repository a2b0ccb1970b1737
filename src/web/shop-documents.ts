import type { Boot, ShopPage } from '../../web/shop/boot.ts'
import type { Deps } from '../http/app.ts'
import { storefrontOf } from '../sites/hosts.ts'
import type { Site } from '../sites/store.ts'
import { languageNames } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import type { Bundle } from './bundle.ts'
import { documentOf, type Head } from './document.ts'
import type { RenderedText } from './remembered-pages.ts'

/** What a guest's page shows. */
export type Shown = Pick<Boot, 'answers' | 'preview'> & {
  page: ShopPage
  head: Omit<Head, 'canonical'>
  status?: number
  /** Where the page is now, as below a host of its own. */
  location?: string
}

/** Renders guests' pages as whole documents. */
export function shopDocuments(
  { publicUrl, serviceFeePercent }: Pick<Deps, 'publicUrl' | 'serviceFeePercent'>,
  bundle: Bundle,
) {
  return async (
    { page, answers, preview, head, status = 200, location }: Shown,
    { site, home, language, path, now }: { site: Site; home: string; language: string; path: string; now: Date },
  ): Promise<RenderedText> => {
    if (location !== undefined) return { status, location: home + location.slice(1), html: '' }
    const boot: Boot = {
      language,
      direction: textsIn(language).direction,
      languages: languageNames(),
      site: { siteId: site.siteId, home, name: site.name, locale: site.locale, serviceFeePercent },
      now: now.toISOString(),
      page,
      ...(preview && { preview }),
      answers,
    }
    const { markup, source } = await bundle.renderShop(boot)
    const html = documentOf({
      boot,
      head: { ...head, canonical: storefrontOf(site.siteId, publicUrl) + path },
      files: bundle.filesOf('shop', language, [source]),
      markup,
    })
    return { status, html }
  }
}
