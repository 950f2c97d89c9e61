/**
 * The stylesheet of all pages. It stands inline, so no page loads anything; the policy names its hash.
 * @param light the colours, as custom properties
 * @param dark those in dark surroundings
 */
export const stylesheet = (light: string, dark: string): string => `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) {
  :root { ${dark} }
}
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--card); color: var(--text); font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; }
main { width: 100%; max-width: 27rem; margin: 0 auto; padding: 2rem 1.25rem; overflow-wrap: anywhere; hyphens: auto; }
code, dd, .button bdi { hyphens: manual; }
main.wide { max-width: 46rem; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; text-wrap: balance; }
h1:lang(en, de, fr, es) { letter-spacing: -.01em; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4; }
p { margin: .75rem 0 0; text-wrap: pretty; }
:lang(ja) { line-break: strict; word-break: auto-phrase; }
.lead { margin-top: .5rem; color: var(--quiet); }
.lead strong, .lead b { color: var(--text); font-weight: 600; }
.brand { margin: 0 0 1.75rem; }
.brand img { display: block; max-width: 100%; height: 2.25rem; object-fit: contain; }
.logo { display: block; max-width: 8rem; height: 3rem; object-fit: contain; margin: 0 0 1rem; }
.sign { display: block; width: 2.5rem; height: 2.5rem; margin: 0 0 1rem; fill: none; stroke: var(--link); stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.note, .fault { margin: 1.25rem 0 0; padding: .75rem .875rem; border-radius: .5rem; font-size: .9375rem; }
.note { background: var(--note); color: var(--note-text); }
.fault { background: var(--fault); color: var(--fault-text); }
.quiet { color: var(--quiet); font-size: .9375rem; }
form { margin: 0; }
label { display: block; margin: 1.25rem 0 .375rem; font-weight: 600; }
input { display: block; width: 100%; min-height: 2.875rem; padding: .5rem .75rem; border: 1px solid var(--edge); border-radius: .5rem; background: var(--card); color: inherit; font: inherit; }
textarea { display: block; width: 100%; padding: .5rem .75rem; border: 1px solid var(--edge); border-radius: .5rem; background: var(--card); color: inherit; font: .9375em/1.5 ui-monospace, monospace; resize: vertical; }
input[aria-invalid], textarea[aria-invalid] { border-color: var(--fault-text); }
input.code { font: 600 1.375rem/1.4 ui-monospace, monospace; letter-spacing: .1em; text-align: center; text-transform: uppercase; }
button, .button { display: block; width: 100%; min-height: 2.875rem; margin: 1.5rem 0 0; padding: .625rem 1rem; border: 1px solid var(--action-edge); border-radius: .5rem; background: var(--action); color: var(--on-action); font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; cursor: pointer; }
.second { margin-top: .75rem; border-color: var(--edge); background: transparent; color: var(--text); }
button:hover, .button:hover { filter: brightness(1.08); }
.second:hover { background: var(--sunken); filter: none; }
a { color: var(--link); text-underline-offset: .15em; }
a.button { color: var(--on-action); }
a.second { color: var(--text); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
input:focus-visible, textarea:focus-visible { outline-offset: -1px; border-color: transparent; }
ul { margin: .5rem 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: .5rem; }
li { padding: .625rem .875rem; }
li + li { border-top: 1px solid var(--line); }
li:has(button) { padding: .25rem; }
li button { margin: 0; padding: .5rem .625rem; border-color: transparent; background: transparent; color: inherit; text-align: start; }
li button:hover { background: var(--sunken); filter: none; }
li button + small { padding: 0 .625rem .5rem; }
li small { display: block; color: var(--quiet); font-size: .875rem; }
code { font: .9375em/1.5 ui-monospace, monospace; }
.user-code { display: block; margin: 1.25rem 0 0; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--sunken); font-size: 1.5rem; font-weight: 600; letter-spacing: .1em; text-align: center; }
dl { margin: 1rem 0 0; border-top: 1px solid var(--line); }
dl div { padding: .625rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); font-size: .875rem; }
dl div:last-child { border-bottom: 0; }
dd { margin: 0; }
.account { padding: .625rem .875rem; border-radius: .5rem; background: var(--sunken); color: var(--quiet); font-size: .9375rem; }
.account strong { color: var(--text); }
dd code { display: block; white-space: pre-wrap; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: .875rem; }
footer p { margin: .375rem 0 0; }
@media (min-width: 36rem) {
  html { background: var(--page); }
  body { display: grid; min-height: 100vh; align-items: center; padding: 2rem 1rem; }
  main { padding: 2.25rem 2.25rem 2rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--card); box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 .75rem 2rem rgb(0 0 0 / .06); }
  .wide dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 1rem; }
  .wide dt { font-size: .9375rem; }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: 1.5rem; }
  .pair button { margin-top: 0; }
}
@media (forced-colors: active) { button, .button { border: 2px solid; } }
`
