/**
 * Hosts of version 8 imported these names from `@types/oidc-provider`. For each of them the compiler compares ours, and
 * each member that differs is named; `docs/compatibility.md` says why. Whole hosts stand in `hosts/`.
 */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type * as v8 from 'oidc-provider'
import type * as ours from '../../lib/index.ts'

/** What has this type is accepted where the other is asked for. */
const fits = <To, _From extends To>(): boolean => true

/** Names that are written out, not those that index signatures stand for. */
type Known<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: true }

/** Names of the members that are missing, or are no substitute. */
type Unlike<To, From> = {
  [Name in Known<To>]: Name extends Known<From>
    ? Pick<From, Name> extends Pick<To, Name>
      ? never
      : Name
    : undefined extends To[Name]
      ? never
      : Name
}[Known<To>]

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false

/** Every member can be used as it was, but for these. */
const but = <Members, Found>(isExact: Same<NonNullable<Found>, Members>): boolean => isExact

/** Algorithms that clients may name: `Ed25519`, and `none` where that is possible. */
type Algorithms =
  | 'authorization_signed_response_alg'
  | 'id_token_signed_response_alg'
  | 'introspection_signed_response_alg'
  | 'request_object_signing_alg'
  | 'token_endpoint_auth_signing_alg'
  | 'userinfo_signed_response_alg'

/** Options that are functions, or groups with functions in them. */
type Functions =
  | 'assertJwtClientAuthClaimsAndHeader'
  | 'clientBasedCORS'
  | 'expiresWithSession'
  | 'extraClientMetadata'
  | 'extraParams'
  | 'extraTokenClaims'
  | 'features'
  | 'findAccount'
  | 'formats'
  | 'interactions'
  | 'issueRefreshToken'
  | 'loadExistingGrant'
  | 'pairwiseIdentifier'
  | 'pkce'
  | 'renderError'
  | 'revokeGrantPolicy'
  | 'rotateRefreshToken'
  | 'ttl'

/** Options that accept more, so that they read as more. */
type Widened =
  | 'acrValues'
  | 'adapter'
  | 'claims'
  | 'clientAuthMethods'
  | 'clientDefaults'
  | 'clients'
  | 'cookies'
  | 'enabledJWA'
  | 'httpOptions'
  | 'scopes'
  | 'subjectTypes'

/** Classes of this package. */
type Models =
  | 'AccessToken'
  | 'Account'
  | 'AuthorizationCode'
  | 'BackchannelAuthenticationRequest'
  | 'BaseToken'
  | 'Client'
  | 'ClientCredentials'
  | 'DeviceCode'
  | 'Grant'
  | 'IdToken'
  | 'InitialAccessToken'
  | 'Interaction'
  | 'OIDCContext'
  | 'PushedAuthorizationRequest'
  | 'RefreshToken'
  | 'RegistrationAccessToken'
  | 'ReplayDetection'
  | 'Session'

/** Listeners are given contexts, tokens and clients; most return the provider, too. */
type Listening =
  | 'addListener'
  | 'off'
  | 'on'
  | 'once'
  | 'prependListener'
  | 'prependOnceListener'
  | 'removeAllListeners'
  | 'removeListener'
  | 'setMaxListeners'

describe('types in place of those of version 8', () => {
  it('have every model and context, whose members read as they were but for those named', () => {
    const checks = [
      but<
        'adapter' | 'aud' | 'claims' | 'client' | 'resourceServer',
        Unlike<v8.AccessToken, ours.AccessToken>
      >(true),
      but<'adapter' | 'claims' | 'client', Unlike<v8.AuthorizationCode, ours.AuthorizationCode>>(true),
      but<
        'adapter' | 'claims' | 'client' | 'grantId',
        Unlike<v8.BackchannelAuthenticationRequest, ours.BackchannelAuthenticationRequest>
      >(true),
      but<'backchannelPing' | 'metadata', Unlike<v8.Client, ours.Client>>(true),
      but<
        'adapter' | 'aud' | 'client' | 'resourceServer',
        Unlike<v8.ClientCredentials, ours.ClientCredentials>
      >(true),
      but<'adapter' | 'claims' | 'client' | 'grantId' | 'userCode', Unlike<v8.DeviceCode, ours.DeviceCode>>(
        true,
      ),
      but<'adapter' | 'expiration' | 'scopes', Unlike<v8.Grant, ours.Grant>>(true),
      but<'client' | 'ctx', Unlike<v8.IdToken, ours.IdToken>>(true),
      but<'adapter' | 'client' | 'clientId', Unlike<v8.InitialAccessToken, ours.InitialAccessToken>>(true),
      but<'adapter', Unlike<v8.Interaction, ours.Interaction>>(true),
      but<
        | 'accessToken'
        | 'claims'
        | 'client'
        | 'cookies'
        | 'deviceCode'
        | 'entities'
        | 'provider'
        | 'registrationAccessToken'
        | 'resourceServers'
        | 'session',
        Unlike<v8.OIDCContext, ours.OIDCContext>
      >(true),
      but<'adapter' | 'client', Unlike<v8.PushedAuthorizationRequest, ours.PushedAuthorizationRequest>>(true),
      but<'adapter' | 'claims' | 'client', Unlike<v8.RefreshToken, ours.RefreshToken>>(true),
      but<'adapter' | 'client', Unlike<v8.RegistrationAccessToken, ours.RegistrationAccessToken>>(true),
      but<'adapter', Unlike<v8.ReplayDetection, ours.ReplayDetection>>(true),
      but<'adapter' | 'authTime', Unlike<v8.Session, ours.Session>>(true),
      but<
        keyof Pick<
          v8.OIDCContext,
          | 'accessToken'
          | 'claims'
          | 'client'
          | 'cookies'
          | 'deviceCode'
          | 'entities'
          | 'provider'
          | 'registrationAccessToken'
          | 'resourceServers'
          | 'session'
        >,
        Unlike<v8.KoaContextWithOIDC['oidc'], ours.KoaContextWithOIDC['oidc']>
      >(true),
    ]
    expect(checks).to.not.include(false)
  })

  it('have everything else, readable as what it was but for the members named', () => {
    const checks = [
      fits<v8.Account, ours.Account>(),
      fits<v8.AccountClaims, ours.AccountClaims>(),
      but<'consume' | 'find' | 'findByUid' | 'findByUserCode', Unlike<v8.Adapter, ours.Adapter>>(true),
      but<
        Algorithms | 'aud' | 'claims' | 'resource' | 'trusted',
        Unlike<v8.AdapterPayload, ours.AdapterPayload>
      >(true),
      but<Algorithms, Unlike<v8.AllClientMetadata, ours.AllClientMetadata>>(true),
      fits<v8.CIBADeliveryMode, ours.CIBADeliveryMode>(),
      but<'id_token' | 'userinfo', Unlike<v8.ClaimsParameter, ours.ClaimsParameter>>(true),
      but<'value' | 'values', Unlike<v8.ClaimsParameterMember, ours.ClaimsParameterMember>>(true),
      fits<v8.ClientAuthMethod, ours.ClientAuthMethod>(),
      fits<v8.ClientAuthorizationState, ours.ClientAuthorizationState>(),
      but<Algorithms, Unlike<v8.ClientMetadata, ours.ClientMetadata>>(true),
      but<'sameSite', Unlike<v8.CookiesSetOptions, ours.CookiesSetOptions>>(true),
      fits<v8.EncryptionAlgValues, ours.EncryptionAlgValues>(),
      fits<v8.EncryptionEncValues, ours.EncryptionEncValues>(),
      fits<v8.ErrorOut, ours.ErrorOut>(),
      fits<v8.FapiProfile, ours.FapiProfile>(),
      but<'dnsLookup', Unlike<v8.HttpOptions, ours.HttpOptions>>(true),
      fits<v8.InteractionResults, ours.InteractionResults>(),
      fits<v8.JWK, ours.JWK>(),
      fits<v8.JWKS, ours.JWKS>(),
      fits<v8.JWTStructured, ours.JWTStructured>(),
      fits<v8.JsonArray, ours.JsonArray>(),
      fits<v8.JsonObject, ours.JsonObject>(),
      fits<v8.JsonPrimitive, ours.JsonPrimitive>(),
      fits<v8.JsonValue, ours.JsonValue>(),
      fits<v8.PKCEMethods, ours.PKCEMethods>(),
      fits<v8.PromptDetail, ours.PromptDetail>(),
      but<'jwt', Unlike<v8.ResourceServer, ours.ResourceServer>>(true),
      fits<v8.ResponseType, ours.ResponseType>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.SigningAlgorithm, ours.SigningAlgorithm>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.SigningAlgorithmWithNone, ours.SigningAlgorithmWithNone>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AsymmetricSigningAlgorithm, ours.AsymmetricSigningAlgorithm>(),
      fits<v8.SubjectTypes, ours.SubjectTypes>(),
      fits<v8.SymmetricSigningAlgorithm, ours.SymmetricSigningAlgorithm>(),
      fits<v8.TLSClientAuthProperty, ours.TLSClientAuthProperty>(),
      fits<v8.TokenFormat, ours.TokenFormat>(),
      fits<v8.UnknownObject, ours.UnknownObject>(),
    ]
    expect(checks).to.not.include(false)
  })

  it('accept what hosts wrote for them', () => {
    const checks = [
      fits<ours.Account, v8.Account>(),
      fits<ours.AccountClaims, v8.AccountClaims>(),
      fits<ours.Adapter, v8.Adapter>(),
      fits<ours.AdapterConstructor, v8.AdapterConstructor>(),
      fits<ours.AdapterFactory, v8.AdapterFactory>(),
      fits<ours.AdapterPayload, v8.AdapterPayload>(),
      fits<ours.AllClientMetadata, v8.AllClientMetadata>(),
      fits<ours.AsymmetricSigningAlgorithm, v8.AsymmetricSigningAlgorithm>(),
      fits<ours.CIBADeliveryMode, v8.CIBADeliveryMode>(),
      fits<ours.ClaimsParameter, v8.ClaimsParameter>(),
      fits<ours.ClaimsParameterMember, v8.ClaimsParameterMember>(),
      fits<ours.ClientAuthMethod, v8.ClientAuthMethod>(),
      fits<ours.ClientAuthorizationState, v8.ClientAuthorizationState>(),
      fits<ours.ClientMetadata, v8.ClientMetadata>(),
      fits<ours.CookiesSetOptions, v8.CookiesSetOptions>(),
      fits<ours.EncryptionAlgValues, v8.EncryptionAlgValues>(),
      fits<ours.EncryptionEncValues, v8.EncryptionEncValues>(),
      fits<ours.ErrorOut, v8.ErrorOut>(),
      fits<ours.FapiProfile, v8.FapiProfile>(),
      fits<ours.GivenAccount, v8.Account>(),
      fits<ours.GivenAdapter, v8.Adapter>(),
      fits<ours.HttpOptions, v8.HttpOptions>(),
      fits<ours.InteractionResults, v8.InteractionResults>(),
      fits<ours.JWK, v8.JWK>(),
      fits<ours.JWKS, v8.JWKS>(),
      fits<ours.JWTStructured, v8.JWTStructured>(),
      fits<ours.JsonArray, v8.JsonArray>(),
      fits<ours.JsonObject, v8.JsonObject>(),
      fits<ours.JsonPrimitive, v8.JsonPrimitive>(),
      fits<ours.JsonValue, v8.JsonValue>(),
      fits<ours.PKCEMethods, v8.PKCEMethods>(),
      fits<ours.PromptDetail, v8.PromptDetail>(),
      fits<ours.ResourceServer, v8.ResourceServer>(),
      fits<ours.ResourceServerInfo, v8.ResourceServer>(),
      fits<ours.ResponseType, v8.ResponseType>(),
      fits<ours.SigningAlgorithm, v8.SigningAlgorithm>(),
      fits<ours.SigningAlgorithmWithNone, v8.SigningAlgorithmWithNone>(),
      fits<ours.SubjectTypes, v8.SubjectTypes>(),
      fits<ours.SymmetricSigningAlgorithm, v8.SymmetricSigningAlgorithm>(),
      fits<ours.TLSClientAuthProperty, v8.TLSClientAuthProperty>(),
      fits<ours.TokenFormat, v8.TokenFormat>(),
      fits<ours.UnknownObject, v8.UnknownObject>(),
    ]
    expect(checks).to.not.include(false)
  })

  it('differ in functions by the contexts, tokens and clients that these are given, and in groups of them by no other member', () => {
    const checks = [
      fits<v8.CanBePromise<string>, ours.CanBePromise<string>>(),
      fits<ours.CanBePromise<string>, v8.CanBePromise<string>>(),
      but<never, Unlike<typeof v8.errors, typeof ours.errors>>(true),
      but<'oidc', Unlike<v8.KoaContextWithOIDC, ours.KoaContextWithOIDC>>(true),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.FindAccount, ours.FindAccount>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.FindAccount, v8.FindAccount>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.TTLFunction<string>, ours.TTLFunction<string>>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.TTLFunction<string>, v8.TTLFunction<string>>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.IssueRegistrationAccessTokenFunction, ours.IssueRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.IssueRegistrationAccessTokenFunction, v8.IssueRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.RotateRegistrationAccessTokenFunction, ours.RotateRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.RotateRegistrationAccessTokenFunction, v8.RotateRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AdapterFactory, ours.AdapterFactory>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AdapterConstructor, ours.AdapterConstructor>(),
      but<Functions, Unlike<ours.Configuration, v8.Configuration>>(true),
      but<Functions | Widened, Unlike<v8.Configuration, ours.Configuration>>(true),
      but<'Check' | 'Prompt' | 'base', Unlike<typeof v8.interactionPolicy, typeof ours.interactionPolicy>>(
        true,
      ),
      but<'check' | 'details' | 'error', Unlike<v8.interactionPolicy.Check, ours.interactionPolicy.Check>>(
        true,
      ),
      but<'checks' | 'details', Unlike<v8.interactionPolicy.Prompt, ours.interactionPolicy.Prompt>>(true),
      but<
        Models | Listening | 'backchannelResult' | 'interactionDetails' | 'registerGrantType' | 'use',
        Unlike<v8.Provider, ours.Provider>
      >(true),
    ]
    expect(checks).to.not.include(false)
  })

  it('are compared for each exported name', () => {
    const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
    const declared = read('../../node_modules/@types/oidc-provider/index.d.ts')
    const exported = [...declared.matchAll(/^export (?:type|interface|namespace) (\w+)/gm)].map(
      ([, name = '']) => name,
    )
    const compared = new Set(
      [...read('replaced_types.test.ts').matchAll(/\bv8\.(\w+)/g)].map(([, name]) => name),
    )

    expect(exported).to.have.length.greaterThan(40)
    expect(exported.filter((name) => !compared.has(name))).to.deep.equal([])
  })
})
