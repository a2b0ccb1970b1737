/**
 * The look of every page, inline: one request shows it all, also where the network is bad. Two colours of each thing, for
 * light and dark; every pair of text and ground has a contrast of at least 4.5.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1a1d23; --soft: #545b67; --paper: #fff; --ground: #f2f4f7; --line: #d5d9e0; --edge: #868e9b; --link: #1a4fc4;
  --good: #075c33; --good-ground: #e2f4ea; --wait: #6b4200; --wait-ground: #fcf0d9; --bad: #8f1717; --bad-ground: #fce8e8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eceef2; --soft: #a9b0bd; --paper: #1b1e24; --ground: #111317; --line: #363b45; --edge: #767e8c; --link: #93b4ff;
    --good: #8be0b3; --good-ground: #10301f; --wait: #f3c777; --wait-ground: #352608; --bad: #ffabab; --bad-ground: #3d1616;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
.frame { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
header { color: var(--soft); font-weight: 600; padding: .25rem 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.3; margin: 0 0 .5rem; }
h3 { font-size: 1rem; line-height: 1.3; margin: 0 0 .25rem; }
p { margin: 0 0 .5rem; }
p:last-child, dl:last-child { margin-bottom: 0; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .25rem; }
section, .notice { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 0 0 1rem; }
.notice { border-inline-start-width: .375rem; }
.notice h2 { margin-bottom: .25rem; }
.good { border-color: var(--good); background: var(--good-ground); } .good h2 { color: var(--good); }
.wait { border-color: var(--wait); background: var(--wait-ground); } .wait h2 { color: var(--wait); }
.bad { border-color: var(--bad); background: var(--bad-ground); } .bad h2 { color: var(--bad); }
.soft { color: var(--soft); }
.strong { font-weight: 600; }
.actions { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0 0; }
.actions a { display: inline-flex; align-items: center; min-height: 2.75rem; }
button.button { border: 0; min-height: 2.75rem; font: inherit; font-weight: 600; cursor: pointer; }
.button { padding: 0 1.25rem; background: var(--link); color: var(--paper); border-radius: .5rem; font-weight: 600; text-decoration: none; }
button.button { border: 1px solid var(--link); min-height: 2.75rem; font: inherit; font-weight: 600; cursor: pointer; }
.button.plain { background: var(--paper); color: var(--ink); border: 1px solid var(--edge); }
.choice { display: grid; gap: .25rem; justify-items: start; margin: 0 0 1.25rem; }
:is(button, input, select, textarea):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.actions form { display: contents; }
.code { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem; margin: 1rem 0 0; max-width: 26rem; }
.code > div { display: flex; flex-wrap: wrap; gap: .5rem; }
.code label { font-weight: 600; }
.code input {
  flex: 1 1 9rem; min-width: 0; min-height: 2.75rem; padding: 0 .75rem; font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--edge); border-radius: .5rem;
}
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.fields { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; margin: 1rem 0 0; max-width: 30rem; }
.field { display: grid; gap: .25rem; }
.field label, legend { font-weight: 600; padding: 0; }
.field > :is(input, select, textarea) {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--edge); border-radius: .5rem;
}
[aria-invalid] { border-color: var(--bad) !important; }
.option { display: flex; gap: .5rem; align-items: center; min-height: 2.75rem; }
.option input { width: 1.25rem; height: 1.25rem; flex: none; }
.problem { color: var(--bad); font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
.tickets { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: 1rem; }
.ticket { display: grid; gap: 1rem; border-top: 1px solid var(--line); padding-top: 1rem; }
.ticket.first { border-top: 0; padding-top: 0; }
.guests { margin: 0; padding-inline-start: 1.5rem; }
.guests li { padding: .125rem 0; }
.qr { display: block; width: 100%; max-width: 17rem; height: auto; margin: 0 auto; background: #fff; border-radius: .5rem; }
@media (min-width: 40rem) {
  .frame { padding-top: 2rem; }
  h1 { font-size: 1.875rem; }
  .ticket { grid-template-columns: 1fr 12rem; align-items: start; }
}
table { width: 100%; border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: .875rem; }
th + td, td + td, th + th { text-align: end; padding-inline-start: 1rem; white-space: nowrap; }
.total th, .total td { font-weight: 700; }
tfoot tr:last-child > * { border-bottom: 0; padding-bottom: 0; }
.unit { display: block; color: var(--soft); font-size: .875rem; }
.languages { display: flex; flex-wrap: wrap; gap: 0 1.25rem; font-size: .875rem; }
.languages a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--soft); }
.languages [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
:root[data-offline] :is(.actions, .languages) { display: none; }
@media print {
  body { background: #fff; }
  .frame { max-width: none; padding: 0; }
  section, .notice { border-radius: 0; break-inside: avoid; }
  .tickets, .ticket { display: block; break-inside: avoid; }
  .qr { margin: 1rem 0 0; }
  .actions, .languages { display: none; }
}
`
