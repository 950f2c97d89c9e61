import { expect } from 'chai'
import { extendPolicy } from '../../../lib/helpers/http/extend_policy.ts'

const OWN =
  "default-src 'none'; style-src 'sha256-s'; script-src 'sha256-x'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const LAST = "frame-ancestors 'none'; base-uri 'none'"

describe("a host's policy with what a page of ours needs (Content Security Policy Level 3 §2.2, §6.7.2)", () => {
  for (const [title, host, extended] of [
    [
      'default-src stands in for what is not there',
      "default-src 'self'",
      `default-src 'self'; script-src 'self' 'sha256-x'; style-src 'self' 'sha256-s'; ${LAST}`,
    ],
    ['without default-src nothing is added to what is allowed', 'report-uri /r', `report-uri /r; ${LAST}`],
    [
      "'none' means nothing beside other sources, in any case of letters",
      "script-src 'NONE'; style-src 'none'",
      `script-src 'sha256-x'; style-src 'sha256-s'; ${LAST}`,
    ],
    [
      'the narrower directive governs, and both are extended where there are both',
      "script-src-elem a.example; style-src 'self'; style-src-elem b.example",
      `script-src-elem a.example 'sha256-x'; style-src 'self' 'sha256-s'; style-src-elem b.example 'sha256-s'; ${LAST}`,
    ],
    ['a source that is there is not repeated', "script-src 'sha256-x'", `script-src 'sha256-x'; ${LAST}`],
    [
      'names are compared in any case of letters, and of two the first counts',
      'Script-Src a.example; SCRIPT-SRC b.example',
      `script-src a.example 'sha256-x'; ${LAST}`,
    ],
    [
      'form-action is widened, frame-ancestors and base-uri are ours',
      'form-action a.example; frame-ancestors *; base-uri *',
      `form-action a.example 'self'; ${LAST}`,
    ],
    [
      'spaces and empty directives mean nothing',
      ' ;  script-src   a.example ;; ',
      `script-src a.example 'sha256-x'; ${LAST}`,
    ],
    [
      'each of several policies is extended, empty ones are left out',
      'script-src a.example, , script-src b.example',
      `script-src a.example 'sha256-x'; ${LAST}, script-src b.example 'sha256-x'; ${LAST}`,
    ],
  ] as const) {
    it(title, () => {
      expect(extendPolicy(host, OWN)).to.equal(extended)
    })
  }

  it('a page that leads anywhere lifts form-action, and brings nothing that it does not need', () => {
    const host = "default-src 'self'; form-action 'self'; img-src 'self'"

    expect(extendPolicy(host, "default-src 'none'; img-src https:")).to.equal(
      "default-src 'self'; img-src 'self' https:",
    )
  })

  it("nothing to add leaves 'none' as it is", () => {
    expect(extendPolicy("form-action 'none'", "form-action 'none'")).to.equal("form-action 'none'")
  })
})
