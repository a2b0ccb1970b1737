/*
 * What can be changed from outside: `--boxoffice-*` on the element or above it, and parts (`::part(button)`). Colours for
 * light and dark follow the `color-scheme` of the page; every pair of text and ground has a contrast of at least 4.5.
 */
const COLOURS = `
:host {
  --accent: var(--boxoffice-accent, light-dark(#1a4fc4, #93b4ff));
  --on-accent: var(--boxoffice-on-accent, light-dark(#fff, #10131a));
  --text: var(--boxoffice-text, light-dark(#1a1d23, #eceef2));
  --soft: var(--boxoffice-soft, light-dark(#545b67, #a9b0bd));
  --ground: var(--boxoffice-background, light-dark(#fff, #1b1e24));
  --line: var(--boxoffice-line, light-dark(#d5d9e0, #363b45));
  --edge: var(--boxoffice-edge, light-dark(#868e9b, #767e8c));
  --few: var(--boxoffice-few, light-dark(#8a4b00, #f3c777));
  --good: light-dark(#075c33, #8be0b3);
  --bad: light-dark(#8f1717, #ffabab);
  --round: var(--boxoffice-radius, 0.75rem);
}
:host([hidden]), [hidden] { display: none !important; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
`

export const COUNTER_LOOK = `${COLOURS}
:host { display: inline; color: var(--boxoffice-text, inherit); }
:host([state="few"]) [part="text"] { color: var(--few); font-weight: 600; }
[part="count"] { font-weight: 700; font-variant-numeric: tabular-nums; }
`

export const TICKETS_LOOK = `${COLOURS}
:host { display: block; max-width: 36rem; }
*, *::before { box-sizing: border-box; }
section {
  padding: 1.25rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--ground); color: var(--text);
  font: 1rem/1.5 var(--boxoffice-font, system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  overflow-wrap: break-word; text-align: start;
}
h2, h3, p, ul { margin: 0; padding: 0; }
h2 { font-size: 1.375rem; line-height: 1.25; margin-block-end: 0.375rem; text-wrap: balance; }
h3 { font-size: 1.0625rem; line-height: 1.35; }
ul { list-style: none; margin-block: 1rem; border-block-end: 1px solid var(--line); }
li { padding-block: 1rem; border-block-start: 1px solid var(--line); }
header + p, header + div > p { margin-block-start: 1rem; }
.soft { color: var(--soft); }
.small { font-size: 0.9375rem; }
.few { color: var(--few); font-weight: 600; }
.good { color: var(--good); font-weight: 600; margin-block-start: 0.75rem; }
.bad { color: var(--bad); font-weight: 600; }
.bad:not(:empty) { margin-block: 0.75rem; }
.hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1rem; margin-block-start: 0.5rem; }
.option { display: block; }
[part="price"] { font-weight: 600; font-variant-numeric: tabular-nums; }
.option + [part="price"] { font-weight: 400; color: var(--soft); }
.stepper { display: flex; align-items: center; gap: 0.25rem; }
.stepper output { min-inline-size: 2.25rem; text-align: center; font-weight: 600; font-variant-numeric: tabular-nums; }
button, .button, input { font: inherit; color: inherit; }
.stepper button {
  inline-size: 2.75rem; block-size: 2.75rem; border: 1px solid var(--edge); border-radius: 50%; background: none;
  font-size: 1.25rem; line-height: 1; cursor: pointer;
}
.stepper button:hover { border-color: var(--accent); color: var(--accent); }
.stepper button[aria-disabled="true"] { border-color: var(--line); color: var(--soft); opacity: 0.6; cursor: default; }
input {
  display: block; inline-size: 8rem; margin-block-start: 0.375rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge);
  border-radius: calc(var(--round) / 2); background: var(--ground);
}
input[aria-invalid="true"] { border-color: var(--bad); }
.total { display: flex; justify-content: space-between; font-size: 1.0625rem; }
.total strong { font-variant-numeric: tabular-nums; }
button[part="button"], .button {
  display: flex; align-items: center; justify-content: center; inline-size: 100%; min-block-size: 3rem; margin-block-start: 1rem;
  padding: 0.5rem 1.25rem; border: 0; border-radius: calc(var(--round) * 0.75); background: var(--accent); color: var(--on-accent);
  font-weight: 600; text-decoration: none; cursor: pointer;
}
button[part="button"]:hover, .button:hover { filter: brightness(1.08); }
button[part="button"][aria-disabled="true"] { opacity: 0.7; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`
