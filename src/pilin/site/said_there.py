"""Sentences of pages the libraries draw, whose Chinese there has English or other words in it.

Nothing imports them: the catalogue of this folder is looked into before the libraries' own, and finds
its entries here. Languages other than Chinese keep the libraries' words.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# Of allauth.
_("Add Email")
_("Add Email Address")
_("Change Email")
_("Code")
_("Confirm Email Address")
_("Create Passkey")
_("Current email")
_("Do you really want to remove the selected email address?")
_("Download codes")
_("Email Address")
_("Email Addresses")
_("Email Changed")
_("Email Confirmation")
_("Email Removed")
_("Enter an authenticator code:")
_("Generate new codes")
_("Incorrect code.")
_("Passkey")
_("Please Confirm Your Email Address")
_("Primary")
_("Primary email address set.")
_("Re-send Verification")
_("Recovery Codes")
_("Recovery codes")
_("Removed email address %(email)s.")
_("Request new code")
_("Sign in with a passkey")
_("The following email addresses are associated with your account:")
_("This functionality requires JavaScript.")
_("Two-Factor Authentication")
_("Unused codes")
_("Use authenticator app or code")
_("Verify Your Email Address")
_("We've sent a code to %(recipient)s. The code expires shortly, so please enter it soon.")
_("You cannot activate two-factor authentication until you have verified your email address.")
_("You cannot remove your primary email address (%(email)s).")
_("You have confirmed %(email)s.")

# Of Django.
_("Your old password was entered incorrectly. Please enter it again.")
_("Your password can’t be a commonly used password.")
_("Your password can’t be entirely numeric.")
ngettext_lazy(
    "Your password must contain at least %(min_length)d character.",
    "Your password must contain at least %(min_length)d characters.",
    "min_length",
)
