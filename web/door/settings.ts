/* What a person chose on this phone; where nothing may be kept, it is chosen anew each time. */

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`boxoffice.door.${name}`)
  } catch {
    return null
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`boxoffice.door.${name}`, value)
  } catch {
    // As above.
  }
}

/** The language chosen in the address or before, else the first of the phone's that there is. */
export function languageOf(known: readonly string[]): string {
  const asked = new URLSearchParams(location.search).get('lang')
  const wishes = [asked, kept('language'), ...navigator.languages].filter(wish => wish !== null)
  const found = wishes.map(wish => known.find(each => wish.toLowerCase().split('-')[0] === each)).find(Boolean)
  return found ?? 'en'
}

export function chooseLanguage(language: string): void {
  keep('language', language)
  location.replace('/check-in')
}

export function isMuted(): boolean {
  return kept('muted') === 'yes'
}

export function mute(muted: boolean): void {
  keep('muted', muted ? 'yes' : 'no')
}

/** Whether guests go out here too, which the scanner then asks. */
export function scansOut(): boolean {
  return kept('out') === 'yes'
}

export function scanOut(both: boolean): void {
  keep('out', both ? 'yes' : 'no')
}

/** Dark unless somebody chose otherwise: doors are dark. */
export function isLight(): boolean {
  return kept('light') === 'yes'
}

export function setLight(light: boolean): void {
  keep('light', light ? 'yes' : 'no')
  showLight()
  showLight()
}

export function showLight(): void {
  document.documentElement.dataset.theme = isLight() ? 'light' : 'dark'
}

/** What this phone is called where scans of several are told apart: what it is, and a name that it keeps. */
export function deviceName(): string {
  const [kind = 'Browser'] = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(navigator.userAgent) ?? []
  known ??= kept('device')
  if (known === null) {
    known = crypto.randomUUID().slice(0, 8)
    keep('device', known)
  }
  return `${kind} ${known}`
}

let known: string | null = null
