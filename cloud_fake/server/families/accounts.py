"""What the platform's sign-in has beyond a user for each device and tickets: not faked, by name.

`@cloudbase/js-sdk` has a call for nearly every one; several calls share a path. Source: the paths
in its bundle, 3.7.0, and what its calls were seen to send.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["not_faked"]

_PASSWORDS = "passwords (signInWithPassword, resetPasswordForOld, modifyPassword)"
_SIGNING_UP = "signing up (signUp)"
_CODES = "codes by mail and phone (signInWithOtp, getVerification, verifyOtp)"
_PROVIDERS = "identities of others (signInWithOAuth, signInWithProvider, linkIdentity)"
_WECHAT = "signing in through WeChat in a page (signInWithWechat, getMiniProgramQrCode)"
_CAPTCHAS = "captchas (createCaptchaData, verifyCaptchaData)"
_SUDO = "confirming who one is (sudo, deleteUser, resetPasswordForOld)"
_PROFILES = "a user's profile (updateUser, updateUserBasicInfo, bindPhoneNumber, bindEmail)"
_DIRECTORY = "looking for users (queryUser, isUsernameRegistered)"
_DEVICES = "signing in on another device (deviceAuthorize)"
_HISTORY = "a user's history (getUserBehaviorLog)"
_WEDA = "users of WeDa (getWedaUserInfo)"
_VERSION_2 = "tokens of the API's second version"
_CLIENTS = "signing in as an application (getClientCredential)"

#: By the path below `/auth/v1/` and `/auth/v2/`; what ends in a slash is followed by a name.
_NOT_FAKED: Mapping[str, str] = MappingProxyType(
    {
        "captcha/data": _CAPTCHAS,
        "captcha/data/verify": _CAPTCHAS,
        "captcha/init": _CAPTCHAS,
        "checkIfUserExist": _DIRECTORY,
        "checkUsername": _DIRECTORY,
        "device/code": _DEVICES,
        "mgr/provider/providerSubType": _PROVIDERS,
        "plugin/weda/userinfo": _WEDA,
        "provider/token": _PROVIDERS,
        "provider/uri": _PROVIDERS,
        "qrcode/generate": _WECHAT,
        "qrcode/get/status": _WECHAT,
        "reset": _PASSWORDS,
        "signin": _PASSWORDS,
        "signin/password/update": _PASSWORDS,
        "signin/publichkey": _PASSWORDS,
        "signin/username": _PASSWORDS,
        "signin/verificationcode": _CODES,
        "signin/wechat/noauth": _WECHAT,
        "signin/with/provider": _PROVIDERS,
        "signup": _SIGNING_UP,
        "token": _VERSION_2,
        "token/clientCredential": _CLIENTS,
        "user/authorize": _DEVICES,
        "user/authorize/info": _DEVICES,
        "user/authorized/devices/": _DEVICES,
        "user/basic/edit": _PROFILES,
        "user/contact": _PROFILES,
        "user/device/authorize": _DEVICES,
        "user/me": _PROFILES,
        "user/password": _PASSWORDS,
        "user/profile": _PROFILES,
        "user/provider": _PROVIDERS,
        "user/provider/": _PROVIDERS,
        "user/provider/bind": _PROVIDERS,
        "user/query": _DIRECTORY,
        "user/revoke/all": _DEVICES,
        "user/security/history": _HISTORY,
        "user/sudo": _SUDO,
        "user/trans/by/provider": _PROVIDERS,
        "verification": _CODES,
        "verification/verify": _CODES,
    }
)


def not_faked(path: str) -> str | None:
    """What the platform has at a path and this fake has not; None where it has nothing either.

    Args:
        path: from `/auth/` on, of whichever version.
    """
    place = path.removeprefix("/auth/").partition("/")[2]
    return _NOT_FAKED.get(place) or _NOT_FAKED.get(f"{place.rpartition('/')[0]}/")
