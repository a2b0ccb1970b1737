/** Built so that the manifest and the page can name them (src/web/door-routes.ts). */
export const ICONS = import.meta.glob<string>('./icons/*', { query: '?url', import: 'default', eager: true })
