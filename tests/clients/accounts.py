"""What `auth()` of @cloudbase/js-sdk has: each name is answered, refused, or asks no cloud."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ANSWERED", "ELSE", "ONLY_IN_NODE", "REFUSED"]

_PHONE = "'13800000000'"
_CONFIRMED = "verificationInfo: { verification_id: 'i' }, verificationCode: '1'"

#: What this cloud answers, in an order that makes sense, and its arguments.
ANSWERED: Mapping[str, str] = MappingProxyType(
    {
        "signInAnonymously": "{}",
        "getUser": "",
        "getUserInfo": "",
        "getCurrentUser": "",
        "refreshUser": "",
        "refreshSession": "",
        "refreshTokenForce": "{}",
        "getAccessToken": "",
        "getClaims": "",
        "getSession": "",
        "getLoginState": "",
        "hasLoginState": "",
        "setSession": "await auth.getCredentials()",
        "createLoginState": "{}",
        "signInWithCustomTicket": "",
        "signOut": "",
    }
)
#: What this cloud says that it does not have, and arguments that the SDK sends.
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "bindEmail": "{ email: 'a@b.example', sudo_token: 's', verification_token: 't' }",
        "bindPhoneNumber": "{ phone_number: '+86 13800000000', sudo_token: 's', "
        "verification_token: 't', conflict_resolution: 'DEFAULT' }",
        "bindWithProvider": "{ provider_token: 't' }",
        "createCaptchaData": "{ state: 's' }",
        "deleteMe": "{ sudo_token: 's' }",
        "deleteUser": "{ password: 'x' }",
        "deviceAuthorize": "{ client_id: 'x' }",
        "forceResetPwdByPhoneCode": f"{{ phoneNumber: {_PHONE}, phoneCode: '1', password: 'x' }}",
        "genProviderRedirectUri": "{ provider_id: 'wx_open', provider_redirect_uri: 'http://x' }",
        "getMiniProgramQrCode": "{ envId: 'x' }",
        "getMiniProgramQrCodeStatus": "{ qrCodeId: 'x' }",
        "getProviderSubType": "",
        "getProviders": "",
        "getUserBehaviorLog": "{ type: 'LOGIN', limit: 1 }",
        "getUserIdentities": "",
        "getVerification": "{ email: 'a@b.example' }",
        "getWedaUserInfo": "",
        "grantProviderToken": "{ provider_id: 'wx_open', provider_code: 'c' }",
        "isUsernameRegistered": "'ann'",
        "modifyPassword": "{ new_password: 'a', sudo_token: 's' }",
        "modifyPasswordWithoutLogin": "{ new_password: 'a', verification_token: 't' }",
        "patchProviderToken": "{ provider_token: 't' }",
        "queryUser": "{ username: 'ann' }",
        "resend": "{ type: 'signup', email: 'a@b.example' }",
        "resetPassword": "{ email: 'a@b.example', new_password: 'b', verification_token: 't' }",
        "resetPasswordForEmail": "'a@b.example'",
        "resetPasswordForOld": "{ old_password: 'a', new_password: 'b' }",
        "sendPhoneCode": _PHONE,
        "setPassword": "{ new_password: 'x', sudo_token: 's' }",
        "signIn": "{ username: 'ann', password: 'pw' }",
        "signInWithEmail": f"{{ email: 'a@b.example', {_CONFIRMED} }}",
        "signInWithEmailAndPassword": "'a@b.example', 'pw'",
        "signInWithIdToken": "{ provider: 'wx', token: 't' }",
        "signInWithOAuth": "{ provider: 'wx_open' }",
        "signInWithOtp": "{ email: 'a@b.example' }",
        "signInWithPassword": "{ username: 'ann', password: 'pw123456' }",
        "signInWithPhoneCodeOrPassword": f"{{ phoneNumber: {_PHONE}, phoneCode: '1' }}",
        "signInWithProvider": "{ provider_token: 't' }",
        "signInWithSms": f"{{ phoneNum: {_PHONE}, {_CONFIRMED} }}",
        "signInWithUsername": f"{{ username: 'ann', {_CONFIRMED} }}",
        "signInWithUsernameAndPassword": "'ann', 'pw'",
        "signInWithWechat": "{}",
        "signUp": "{ email: 'a@b.example', verification_code: '1', verification_token: 't' }",
        "signUpWithEmailAndPassword": "'a@b.example', 'pw'",
        "signUpWithPhoneCode": f"{_PHONE}, '1', 'pw'",
        "sudo": "{ password: 'x' }",
        "unbindProvider": "{ provider_id: 'x' }",
        "updateUser": "{ nickname: 'Ann' }",
        "updateUserBasicInfo": "{ nickname: 'Ann' }",
        "verify": "{ verification_id: 'i', verification_code: 'c' }",
        "verifyCaptchaData": "{ token: 't', key: 'k' }",
        "verifyOtp": "{ type: 'sms', token: '1', messageId: 'm', email: 'a@b.example' }",
    }
)
#: Names that only the Node build has, of a back end or of its own process.
ONLY_IN_NODE = frozenset(
    {
        "createTicket",
        "getAuthContext",
        "getClientCredential",
        "getClientIP",
        "getEndUserInfo",
        "queryUserInfo",
    }
)
_LISTENING = "tells a listener in the page"
_LOCAL = "stays within the SDK"
_WECHAT = "asks WeChat's own `wx`, inside a mini program only"
_PAGE = "goes on at a page of the platform's, or needs what one has brought back"
ELSE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "notifyListeners",
                "onAccessTokenRefreshed",
                "onAnonymousConverted",
                "onAuthStateChange",
                "onLoginStateChanged",
                "onLoginStateExpired",
                "onLoginTypeChanged",
                "setupListeners",
            ),
            _LISTENING,
        ),
        **dict.fromkeys(
            (
                "anonymousAuthProvider",
                "convertToUser",
                "customAuthProvider",
                "formatPhone",
                "getAuthHeader",
                "getCredentials",
                "init",
                "loginGroups",
                "loginScope",
                "setAccessKey",
                "setCredentials",
                "setCustomSignFunc",
                "shouldRefreshAccessToken",
                "validateAtLeastOne",
                "validateParams",
                "weixinAuthProvider",
            ),
            _LOCAL,
        ),
        **dict.fromkeys(
            (
                "bindOpenId",
                "signInAnonymouslyInWx",
                "signInWithOpenId",
                "signInWithPhoneAuth",
                "signInWithUnionId",
            ),
            _WECHAT,
        ),
        **dict.fromkeys(
            (
                "exchangeCodeForSession",
                "linkIdentity",
                "reauthenticate",
                "toDefaultLoginPage",
                "unlinkIdentity",
                "verifyOAuth",
            ),
            _PAGE,
        ),
        "grantToken": "part of `refreshSession`",
        "sendPasswordResetEmail": "of version 1; `resetPasswordForEmail` is asked",
    }
)
