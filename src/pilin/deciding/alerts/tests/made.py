"""Messages for tests, in their own words: not made by what is tested."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.signer import XMLSigner

from pilin.deciding.alerts.reading import parsed

SENDER = "33048241600000"
AREA = "<area><areaDesc>{words}</areaDesc>{more}</area>"
INFO = (
    "<info><language>{language}</language><category>Met</category><event>{event}</event>"
    "<urgency>Expected</urgency><severity>{severity}</severity><certainty>Likely</certainty>"
    "<expires>{expires}</expires><headline>{headline}</headline>"
    "<description>{description}</description>{parameter}{area}</info>"
)
WHOLE = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier>'
    "<sender>{sender}</sender><sent>{sent}</sent><status>{status}</status><msgType>{kind}</msgType>"
    "<scope>Public</scope>{references}{infos}</alert>"
)


def stamp(moment):
    return moment.astimezone().replace(microsecond=0).isoformat()


def message(
    identifier="330482-1",
    *,
    sent=None,
    kind="Alert",
    status="Actual",
    event="暴雨",
    severity="Severe",
    colour="orange",
    hours=6,
    words="左镇",
    more="",
    before="",
    headline="发布暴雨橙色预警信号",
    description="三小时内有大雨。",
    sender=SENDER,
    language="zh-CN",
):
    sent = sent or datetime.now(UTC) - timedelta(minutes=1)
    parameter = (
        f"<parameter><valueName>color</valueName><value>{colour}</value></parameter>"
        if colour
        else ""
    )
    info = INFO.format(
        language=language,
        event=event,
        severity=severity,
        expires=stamp(sent + timedelta(hours=hours)),
        headline=headline,
        description=description,
        parameter=parameter,
        area=AREA.format(words=words, more=more),
    )
    return WHOLE.format(
        identifier=identifier,
        sender=sender,
        sent=stamp(sent),
        status=status,
        kind=kind,
        references=f"<references>{before}</references>" if before else "",
        infos="" if kind == "Cancel" else info,
    )


def about(identifier, sent, sender=SENDER):
    """How a later message names an earlier one."""
    return f"{sender},{identifier},{stamp(sent)}"


@cache
def signer(name="issuer", days=400):
    """A key and its certificate (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(called, called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return key, made.public_bytes(serialization.Encoding.PEM).decode()


def signed(text, by=None):
    key, pem = by or signer()
    signing = XMLSigner(signature_algorithm="ecdsa-sha256")
    return etree.tostring(signing.sign(parsed(text), key=key, cert=pem), encoding="unicode")
