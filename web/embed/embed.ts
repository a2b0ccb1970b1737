import { visit } from '../shared/visitor.ts'
import { BoxofficeCounter } from './counter.ts'
import { BoxofficeTickets } from './tickets.ts'

/*
 * The file that other people's pages load: <script src="https://tickets.example.org/embed.js" async></script>. Which site
 * it sells for is written into it when it is served; where that is, the address tells that it was loaded from.
 */
const script = document.currentScript
const loadedFrom = script instanceof HTMLScriptElement ? script.src : ''
visit('%SITE_ID%', new URL('./', loadedFrom || '%PUBLIC_URL%/').href.slice(0, -1))

// A page may have loaded it twice.
for (const [name, element] of [
  ['boxoffice-tickets', BoxofficeTickets],
  ['boxoffice-counter', BoxofficeCounter],
] as const)
  if (!customElements.get(name)) customElements.define(name, element)
