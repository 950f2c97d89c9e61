/**
 * Hosts of version 8 imported these names from `@types/oidc-provider`. For each of them the compiler checks both
 * directions; where one does not hold, `docs/compatibility.md` says why.
 */
import { expect } from 'chai'
import type * as v8 from 'oidc-provider'
import type * as ours from '../../lib/index.ts'

/** What a host wrote with one type is accepted where the other is asked for. */
const fits = <To, _From extends To>(): boolean => true

describe('types in place of those of version 8', () => {
  it('have every name, readable as what it was', () => {
    const checks = [
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AccessToken, ours.AccessToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Account, ours.Account>(),
      fits<v8.AccountClaims, ours.AccountClaims>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Adapter, ours.Adapter>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AdapterConstructor, ours.AdapterConstructor>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AdapterFactory, ours.AdapterFactory>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AdapterPayload, ours.AdapterPayload>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AllClientMetadata, ours.AllClientMetadata>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AsymmetricSigningAlgorithm, ours.AsymmetricSigningAlgorithm>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.AuthorizationCode, ours.AuthorizationCode>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.BackchannelAuthenticationRequest, ours.BackchannelAuthenticationRequest>(),
      fits<v8.CIBADeliveryMode, ours.CIBADeliveryMode>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ClaimsParameter, ours.ClaimsParameter>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ClaimsParameterMember, ours.ClaimsParameterMember>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Client, ours.Client>(),
      fits<v8.ClientAuthMethod, ours.ClientAuthMethod>(),
      fits<v8.ClientAuthorizationState, ours.ClientAuthorizationState>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ClientCredentials, ours.ClientCredentials>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ClientMetadata, ours.ClientMetadata>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Configuration, ours.Configuration>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.CookiesSetOptions, ours.CookiesSetOptions>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.DeviceCode, ours.DeviceCode>(),
      fits<v8.EncryptionAlgValues, ours.EncryptionAlgValues>(),
      fits<v8.EncryptionEncValues, ours.EncryptionEncValues>(),
      fits<v8.ErrorOut, ours.ErrorOut>(),
      fits<v8.FapiProfile, ours.FapiProfile>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.FindAccount, ours.FindAccount>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Grant, ours.Grant>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.HttpOptions, ours.HttpOptions>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.IdToken, ours.IdToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.InitialAccessToken, ours.InitialAccessToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Interaction, ours.Interaction>(),
      fits<v8.InteractionResults, ours.InteractionResults>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.IssueRegistrationAccessTokenFunction, ours.IssueRegistrationAccessTokenFunction>(),
      fits<v8.JWK, ours.JWK>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.JWKS, ours.JWKS>(),
      fits<v8.JWTStructured, ours.JWTStructured>(),
      fits<v8.JsonArray, ours.JsonArray>(),
      fits<v8.JsonObject, ours.JsonObject>(),
      fits<v8.JsonPrimitive, ours.JsonPrimitive>(),
      fits<v8.JsonValue, ours.JsonValue>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.KoaContextWithOIDC, ours.KoaContextWithOIDC>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.OIDCContext, ours.OIDCContext>(),
      fits<v8.PKCEMethods, ours.PKCEMethods>(),
      fits<v8.PromptDetail, ours.PromptDetail>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Provider, ours.Provider>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.PushedAuthorizationRequest, ours.PushedAuthorizationRequest>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.RefreshToken, ours.RefreshToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.RegistrationAccessToken, ours.RegistrationAccessToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ReplayDetection, ours.ReplayDetection>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.ResourceServer, ours.ResourceServer>(),
      fits<v8.ResponseType, ours.ResponseType>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.RotateRegistrationAccessTokenFunction, ours.RotateRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.Session, ours.Session>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.SigningAlgorithm, ours.SigningAlgorithm>(),
      // @ts-expect-error see docs/compatibility.md
      fits<v8.SigningAlgorithmWithNone, ours.SigningAlgorithmWithNone>(),
      fits<v8.SubjectTypes, ours.SubjectTypes>(),
      fits<v8.SymmetricSigningAlgorithm, ours.SymmetricSigningAlgorithm>(),
      fits<v8.TLSClientAuthProperty, ours.TLSClientAuthProperty>(),
      fits<v8.TokenFormat, ours.TokenFormat>(),
      fits<v8.UnknownObject, ours.UnknownObject>(),
    ]
    expect(checks).to.not.include(false)
  })

  it('have every name, accepting what was written for it', () => {
    const checks = [
      // @ts-expect-error see docs/compatibility.md
      fits<ours.AccessToken, v8.AccessToken>(),
      fits<ours.Account, v8.Account>(),
      fits<ours.AccountClaims, v8.AccountClaims>(),
      fits<ours.Adapter, v8.Adapter>(),
      fits<ours.AdapterConstructor, v8.AdapterConstructor>(),
      fits<ours.AdapterFactory, v8.AdapterFactory>(),
      fits<ours.AdapterPayload, v8.AdapterPayload>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.AllClientMetadata, v8.AllClientMetadata>(),
      fits<ours.AsymmetricSigningAlgorithm, v8.AsymmetricSigningAlgorithm>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.AuthorizationCode, v8.AuthorizationCode>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.BackchannelAuthenticationRequest, v8.BackchannelAuthenticationRequest>(),
      fits<ours.CIBADeliveryMode, v8.CIBADeliveryMode>(),
      fits<ours.ClaimsParameter, v8.ClaimsParameter>(),
      fits<ours.ClaimsParameterMember, v8.ClaimsParameterMember>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Client, v8.Client>(),
      fits<ours.ClientAuthMethod, v8.ClientAuthMethod>(),
      fits<ours.ClientAuthorizationState, v8.ClientAuthorizationState>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.ClientCredentials, v8.ClientCredentials>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.ClientMetadata, v8.ClientMetadata>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Configuration, v8.Configuration>(),
      fits<ours.CookiesSetOptions, v8.CookiesSetOptions>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.DeviceCode, v8.DeviceCode>(),
      fits<ours.EncryptionAlgValues, v8.EncryptionAlgValues>(),
      fits<ours.EncryptionEncValues, v8.EncryptionEncValues>(),
      fits<ours.ErrorOut, v8.ErrorOut>(),
      fits<ours.FapiProfile, v8.FapiProfile>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.FindAccount, v8.FindAccount>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Grant, v8.Grant>(),
      fits<ours.HttpOptions, v8.HttpOptions>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.IdToken, v8.IdToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.InitialAccessToken, v8.InitialAccessToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Interaction, v8.Interaction>(),
      fits<ours.InteractionResults, v8.InteractionResults>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.IssueRegistrationAccessTokenFunction, v8.IssueRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.JWK, v8.JWK>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.JWKS, v8.JWKS>(),
      fits<ours.JWTStructured, v8.JWTStructured>(),
      fits<ours.JsonArray, v8.JsonArray>(),
      fits<ours.JsonObject, v8.JsonObject>(),
      fits<ours.JsonPrimitive, v8.JsonPrimitive>(),
      fits<ours.JsonValue, v8.JsonValue>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.KoaContextWithOIDC, v8.KoaContextWithOIDC>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.OIDCContext, v8.OIDCContext>(),
      fits<ours.PKCEMethods, v8.PKCEMethods>(),
      fits<ours.PromptDetail, v8.PromptDetail>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Provider, v8.Provider>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.PushedAuthorizationRequest, v8.PushedAuthorizationRequest>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.RefreshToken, v8.RefreshToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.RegistrationAccessToken, v8.RegistrationAccessToken>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.ReplayDetection, v8.ReplayDetection>(),
      fits<ours.ResourceServer, v8.ResourceServer>(),
      fits<ours.ResponseType, v8.ResponseType>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.RotateRegistrationAccessTokenFunction, v8.RotateRegistrationAccessTokenFunction>(),
      // @ts-expect-error see docs/compatibility.md
      fits<ours.Session, v8.Session>(),
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
})
