import { at, text } from '#shared/config/world/read.ts'
import { attachment } from '#web/config/forms/attachment.ts'
import type { Form, Suggestion } from '#web/config/forms/form.ts'
import { anHttpUrl, aHeaderName, aKeySet } from './checks.ts'
import type { Texts } from './text-en.ts'

/** Which tokens are believed. Istio docs, RequestAuthentication: a wrong token is refused, a missing one is not. */
export const requestAuthentication: Form<Texts> = {
  group: 'security.istio.io',
  kind: 'RequestAuthentication',
  fields: [
    ...attachment<Texts>(),
    {
      type: 'list',
      at: ['spec', 'jwtRules'],
      say: texts => texts.rules,
      title: (entry, index, texts) => text(at(entry, 'issuer')) || texts.ruleTitle(index + 1),
      add: [{ say: texts => texts.rule, value: { issuer: '' } }],
      joined: 'or',
      item: [
        {
          type: 'text',
          at: ['issuer'],
          say: texts => texts.issuer,
          isRequired: true,
          isEmptyKept: true,
          placeholder: 'https://accounts.example.com',
        },
        {
          type: 'oneOf',
          at: [],
          say: texts => texts.keys,
          isOptional: true,
          cases: [
            {
              say: texts => texts.jwksUri,
              key: 'jwksUri',
              value: '',
              fields: [
                {
                  type: 'text',
                  at: [],
                  say: texts => texts.jwksUri,
                  isEmptyKept: true,
                  check: anHttpUrl,
                  placeholder: 'https://accounts.example.com/keys',
                },
              ],
            },
            {
              say: texts => texts.jwks,
              key: 'jwks',
              value: '',
              fields: [
                {
                  type: 'text',
                  at: [],
                  say: texts => texts.jwks,
                  isEmptyKept: true,
                  isLong: true,
                  check: aKeySet,
                  placeholder: '{ "keys": [ … ] }',
                },
              ],
            },
          ],
        },
        // The same by its older name: shown where it is, and not offered anew.
        { type: 'text', at: ['jwks_uri'], say: texts => texts.jwksUriOld, when: () => false, check: anHttpUrl },
        {
          type: 'chips',
          of: 'text',
          at: ['audiences'],
          say: texts => texts.audiences,
          placeholder: 'shop.example.com',
        },
        {
          type: 'list',
          at: ['fromHeaders'],
          say: texts => texts.fromHeaders,
          title: (entry, index, texts) => text(at(entry, 'name')) || texts.headerTitle(index + 1),
          add: [
            { say: texts => texts.bearer, value: { name: 'Authorization', prefix: 'Bearer ' } },
            { say: texts => texts.ownHeader, value: { name: '' } },
          ],
          joined: 'or',
          item: [
            {
              type: 'text',
              at: ['name'],
              say: texts => texts.headerName,
              isHalf: true,
              isRequired: true,
              isEmptyKept: true,
              check: aHeaderName,
              suggest: () => said('Authorization', 'x-jwt-assertion', 'x-goog-iap-jwt-assertion'),
            },
            { type: 'text', at: ['prefix'], say: texts => texts.prefix, isHalf: true, suggest: () => said('Bearer ') },
          ],
        },
        { type: 'chips', of: 'text', at: ['fromParams'], say: texts => texts.fromParams, isTucked: true },
        { type: 'chips', of: 'text', at: ['fromCookies'], say: texts => texts.fromCookies, isTucked: true },
        { type: 'flag', at: ['forwardOriginalToken'], say: texts => texts.forward, absent: false },
        {
          type: 'text',
          at: ['outputPayloadToHeader'],
          say: texts => texts.payload,
          isTucked: true,
          check: aHeaderName,
          placeholder: 'x-jwt-payload',
        },
        {
          type: 'list',
          at: ['outputClaimToHeaders'],
          say: texts => texts.claims,
          title: (entry, index, texts) =>
            [text(at(entry, 'claim')), text(at(entry, 'header'))].filter(each => each !== '').join(' → ') ||
            texts.claimTitle(index + 1),
          add: [{ say: texts => texts.claimToHeader, value: { header: '', claim: '' } }],
          joined: 'and',
          item: [
            {
              type: 'text',
              at: ['claim'],
              say: texts => texts.claim,
              isHalf: true,
              isRequired: true,
              isEmptyKept: true,
              suggest: () => claims,
            },
            {
              type: 'text',
              at: ['header'],
              say: texts => texts.claimHeader,
              isHalf: true,
              isRequired: true,
              isEmptyKept: true,
              check: (entry, texts) => (/^[-\w]+$/.test(entry) ? null : texts.noClaimHeader),
              placeholder: 'x-jwt-sub',
            },
          ],
        },
        {
          type: 'chips',
          of: 'text',
          at: ['spaceDelimitedClaims'],
          say: texts => texts.spaced,
          isTucked: true,
          suggest: () => said('scope', 'permission', 'roles'),
        },
        {
          type: 'duration',
          at: ['timeout'],
          say: texts => texts.timeout,
          grammar: 'istio',
          absent: '5s',
          isTucked: true,
        },
      ],
    },
  ],
}

function said(...values: readonly string[]): Suggestion[] {
  return values.map(value => ({ value, detail: '' }))
}

/** RFC 7519, section 4.1, and OpenID Connect Core 1.0, section 5.1. */
const claims = said('sub', 'iss', 'aud', 'azp', 'email', 'name', 'preferred_username', 'groups', 'scope')
