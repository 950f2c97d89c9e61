import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Parameters of forms and queries. */
export const PARAMETER = defineReasons('parameter', {
  malformed: {
    section: 'RFC 6749 §3.1, §3.2',
    when: 'A parameter was sent more than once, or is longer than anything it could mean.',
    remedy: 'The description names it. Often a library and the application both add it.',
  },
  missing: {
    section: 'RFC 6749 §3.1, §3.2',
    when: 'A parameter that is needed was not sent, or is empty.',
    remedy:
      'Compare what would be accepted with what was seen: it may have another name, or stand in the URL of a POST.',
  },
  not_text: {
    section: 'RFC 6749 §3.2',
    when: 'The parser of the host made something else than text of a parameter.',
    remedy: 'Have it parse forms flat (`extended: false`), or do not parse in front of the provider.',
  },
  repeated: {
    section: 'RFC 6749 §3.2',
    when: 'A parameter was sent more than once.',
    remedy: 'The application sends it once. Often a library and the application both add it.',
  },
})

/** Bodies of requests. */
export const BODY = defineReasons('body', {
  compressed: {
    section: 'RFC 9110 §8.4',
    when: 'The body has a `Content-Encoding`.',
    remedy: 'The application sends it plain.',
  },
  form_malformed: {
    section: 'RFC 6749 Appendix B',
    when: 'The form or query has escapes that stand for nothing.',
    remedy: 'The application encodes values by its platform (`URLSearchParams`), not by hand.',
  },
  media_type_malformed: {
    section: 'RFC 9110 §8.3',
    when: 'The header `Content-Type` cannot be read.',
    remedy:
      'The application sends `application/x-www-form-urlencoded`, or `application/json` where that is expected.',
  },
  media_type_unsupported: {
    section: 'RFC 6749 §3.2',
    when: 'The body is of another type than this endpoint reads.',
    remedy: 'Token requests are forms, not JSON. Set the type that would be accepted.',
  },
  not_json: {
    section: 'RFC 7591 §3.1',
    when: 'The body is no JSON object, or has a member twice.',
    remedy: 'The application sends one object, in UTF-8.',
  },
  not_object: {
    section: 'RFC 6749 §3.2',
    when: 'The parser of the host left something in `req.body` that is no object, text or bytes.',
    remedy: 'Do not parse in front of the provider, or leave the fields as an object.',
  },
  not_utf8: {
    section: 'RFC 6749 Appendix B',
    when: 'The body is in another encoding than UTF-8.',
    remedy: 'The application encodes in UTF-8.',
  },
  too_large: {
    section: 'RFC 9110 §15.5.14',
    when: 'The body is larger than any request needs.',
    remedy: 'Look at what the application sends; the limit stands in the description.',
  },
  unreadable: {
    section: 'RFC 9110 §8.6',
    when: 'The body broke off, or another part of the program read it before.',
    remedy: 'Mount the provider in front of parsers, or have them leave `req.body`.',
  },
})

/** Failures that are nobody's doing who sent the request. */
export const SERVER = defineReasons('server', {
  failed: {
    section: 'RFC 6749 §4.1.2.1',
    when: 'The provider, the adapter or a function of the configuration failed.',
    remedy: 'The event `server_error` has the error itself.',
  },
  unavailable: {
    section: 'RFC 6749 §4.1.2.1',
    when: 'Storage, a signer or a function of the host did not answer in time.',
    remedy: 'The event `server_error` has the error itself. Clients may try again: nothing was used up.',
  },
})
