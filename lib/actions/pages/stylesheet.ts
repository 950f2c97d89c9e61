/** The one stylesheet of all pages. It stands inline, so no page loads anything; the policy names its hash. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f3f4f6;
  --card: #ffffff;
  --text: #1a2230;
  --quiet: #535f70;
  --line: #dde1e7;
  --edge: #79859a;
  --action: #1d5bb8;
  --on-action: #ffffff;
  --note: #eef4fd;
  --note-text: #1c3f73;
  --fault: #fdeeee;
  --fault-text: #8f1d1d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141a;
    --card: #1a2028;
    --text: #e9edf3;
    --quiet: #a9b4c3;
    --line: #2f3845;
    --edge: #77859a;
    --action: #8db8fb;
    --on-action: #0d1a2e;
    --note: #1b2c45;
    --note-text: #c5dbfb;
    --fault: #432024;
    --fault-text: #ffc9c9;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--card); color: var(--text); font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; }
main { width: 100%; max-width: 27rem; margin: 0 auto; padding: 2rem 1.25rem; overflow-wrap: anywhere; }
main.wide { max-width: 46rem; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4; }
p { margin: .75rem 0 0; }
.lead { margin-top: .375rem; color: var(--quiet); }
.lead strong, .lead b { color: var(--text); font-weight: 600; }
.logo { display: block; max-width: 8rem; height: 3rem; object-fit: contain; object-position: 0 50%; margin: 0 0 1rem; }
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
button, .button { display: block; width: 100%; min-height: 2.875rem; margin: 1.5rem 0 0; padding: .625rem 1rem; border: 1px solid var(--action); border-radius: .5rem; background: var(--action); color: var(--on-action); font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; cursor: pointer; }
.second { margin-top: .75rem; border-color: var(--edge); background: transparent; color: var(--text); }
button:hover, .button:hover { filter: brightness(1.08); }
.second:hover { background: var(--page); filter: none; }
a { color: var(--action); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
ul { margin: .5rem 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: .5rem; }
li { padding: .625rem .875rem; }
li + li { border-top: 1px solid var(--line); }
li button { margin: 0 0 .375rem; }
li small { display: block; color: var(--quiet); font-size: .875rem; }
code { font: .9375em/1.5 ui-monospace, monospace; }
.user-code { display: block; margin: 1.25rem 0 0; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--page); font-size: 1.5rem; font-weight: 600; letter-spacing: .1em; text-align: center; }
dl { margin: 1rem 0 0; border-top: 1px solid var(--line); }
dl div { padding: .625rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); font-size: .875rem; }
dl div:last-child { border-bottom: 0; }
dd { margin: 0; }
.account { padding: .625rem .875rem; border-radius: .5rem; background: var(--page); color: var(--quiet); font-size: .9375rem; }
.account strong { color: var(--text); }
dd code { display: block; white-space: pre-wrap; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: .875rem; }
footer p { margin: .375rem 0 0; }
@media (min-width: 36rem) {
  html { background: var(--page); }
  body { display: grid; min-height: 100vh; align-items: center; padding: 2rem 1rem; }
  main { padding: 2.25rem 2.25rem 2rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--card); }
  .wide dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 1rem; }
  .wide dt { font-size: .9375rem; }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: 1.5rem; }
  .pair button { margin-top: 0; }
}
@media (forced-colors: active) { button, .button { border: 2px solid; } }
`
