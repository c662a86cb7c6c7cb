"""Who the scheduler is: the certificates of both sides, and the name that its own must bear.

Dask accepts whatever certificate the cluster's authority signed, for any host: a member could pose
as the scheduler. We take a certificate only for the host that `--scheduler` names (RFC 9525). The
connections between scheduler and workers stay as Dask makes them.
"""

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stridesim.results import InputError

if TYPE_CHECKING:
    from distributed import Security


class Tls(NamedTuple):
    """Files (PEM) by which both sides prove who they are; without them Dask's own configuration."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


WITHOUT_FILES: Final = Tls()


def security_of(tls: Tls) -> "Security | None":
    """Dask's settings for a client that knows whom it talks to; None where certificates lack.

    `InputError` for a file that holds none.
    """
    from distributed import Security

    class Named(Security):
        """Takes a certificate for the host that was asked for, and no other."""

        def get_connection_args(self, role: str) -> dict[str, Any]:
            """As Dask does, with host names verified."""
            given = super().get_connection_args(role)
            if given["ssl_context"] is not None:
                given["ssl_context"].check_hostname = True
            return given

    if tls.ca is None:
        security = Named(require_encryption=True)
    else:
        _check_files(tls)
        security = Named(
            require_encryption=True,
            tls_ca_file=str(tls.ca),
            tls_client_cert=str(tls.certificate),
            tls_client_key=str(tls.key or tls.certificate),
        )
    try:
        context = security.get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as error:
        raise InputError(f"TLS files of Dask's configuration: cannot be used: {error}") from None
    return None if context is None else security


def _check_files(tls: Tls) -> None:
    """Each file in turn: OpenSSL does not say which one it dislikes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(tls.ca)
    except (OSError, ValueError) as error:
        raise InputError(f"--tls-ca {tls.ca}: holds no certificate in PEM ({error})") from None
    key = tls.key or tls.certificate
    try:
        context.load_cert_chain(str(tls.certificate), str(key), password=_no_password)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--tls-cert {tls.certificate}, --tls-key {key}: not a certificate in PEM and the key "
            f"that belongs to it, without a pass phrase ({error})"
        ) from None


def _no_password() -> str:
    """OpenSSL would ask for one on the terminal."""
    raise ValueError("the key has a pass phrase")
