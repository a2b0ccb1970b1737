import styles from './safe-html.module.css'

/** HTML that the server has made safe (src/web/rich-text.ts), and no other. */
export function SafeHtml({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the server lets nothing pass that could do harm
  return <div className={styles.text} dir="auto" dangerouslySetInnerHTML={{ __html: html }} />
}
