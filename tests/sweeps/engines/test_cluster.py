"""A Dask cluster on this machine under mutual TLS: two workers, of which one dies."""

import contextlib
import datetime
import ipaddress
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fake_sweep import MAP, bits

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.engines.cluster import DaskCluster
from stridesim.sweeps.engines.tls import Tls, security_of


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _pem(key: Any, encryption: Any = None) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )


def _certificates(folder: Path) -> Tls:
    """An authority, and a certificate that it signed for whoever is on this machine."""
    now = datetime.datetime.now(datetime.UTC)
    authority, own = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])

    def signed(name: x509.Name, key: ec.EllipticCurvePrivateKey, ca: bool) -> bytes:
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(address, critical=False)
            .sign(authority, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)

    tls = Tls(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    contents = (signed(issuer, authority, True), signed(subject, own, False), _pem(own))
    for path, content in zip(tls, contents, strict=True):
        assert path is not None
        path.write_bytes(content)
    return tls


class _Cluster:
    """A scheduler and its workers, started as the README says."""

    def __init__(self, tls: Tls, marks: Path, stack: contextlib.ExitStack) -> None:
        self._stack, self.tls = stack, tls
        tests = str(Path(__file__).resolve().parents[2])
        self._environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([tests, *sys.path]),
            "STRIDESIM_TEST_MARKS": str(marks),
        }
        self._options = [
            "--tls-ca-file",
            tls.ca,
            "--tls-cert",
            tls.certificate,
            "--tls-key",
            tls.key,
        ]
        scheduler = ["scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0"]
        lines = self._start(*scheduler, "--no-dashboard")
        found = next(m for line in lines if (m := re.search(r"Scheduler at: +(tls://\S+)", line)))
        self.address = found[1]
        for _ in range(2):
            self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def _start(self, *words: str) -> Iterator[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words, *map(str, self._options)],
            stderr=subprocess.PIPE,
            env=self._environment,
            text=True,
        )
        self._stack.callback(process.communicate)
        self._stack.callback(process.kill)
        assert process.stderr is not None
        return iter(process.stderr.readline, "")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with contextlib.ExitStack() as stack:
        yield _Cluster(_certificates(folder), folder, stack)


def test_a_cluster_computes_the_same_bits_though_a_worker_dies(
    cluster: _Cluster, design: Design, tmp_path: Path
) -> None:
    engine = DaskCluster(cluster.address, cluster.tls)
    result = run_sweep(
        design, "fake_models:dies_once", tmp_path / "there", chunk_size=10, engine=engine
    )
    run_sweep(design, "fake_models:fake", tmp_path / "here", chunk_size=10)
    assert bits(tmp_path / "there") == bits(tmp_path / "here")
    assert np.isfinite(result["cost_of_transport"][result.ok]).all()


def test_a_fault_of_the_model_comes_back(cluster: _Cluster, design: Design, tmp_path: Path) -> None:
    engine = DaskCluster(cluster.address, cluster.tls)
    with pytest.raises(ZeroDivisionError, match="a fault of the model"):
        run_sweep(design, "fake_models:faulty", tmp_path / "s", engine=engine)
    assert SweepStore.open(tmp_path / "s").missing()


def test_without_a_certificate_nobody_gets_in(
    cluster: _Cluster, design: Design, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="needs --tls-ca, --tls-cert and --tls-key"):
        run_sweep(design, "fake_models:fake", tmp_path / "s", engine=DaskCluster(cluster.address))


def test_a_certificate_for_another_host_is_refused(
    cluster: _Cluster, design: Design, tmp_path: Path
) -> None:
    """It is for 127.0.0.1: any other member could show one for itself."""
    address = cluster.address.replace("127.0.0.1", "localhost")
    with pytest.raises(InputError, match=r"certificate .* the name of its host"):
        run_sweep(
            design, "fake_models:fake", tmp_path / "s", engine=DaskCluster(address, cluster.tls)
        )


def _no_pem(tls: Tls) -> str:
    assert tls.ca is not None
    tls.ca.write_text("hello")
    return r"--tls-ca \S+ca.pem: holds no certificate in PEM"


def _cut_certificate(tls: Tls) -> str:
    assert tls.certificate is not None
    tls.certificate.write_bytes(tls.certificate.read_bytes()[:200])
    return r"--tls-cert \S+cert.pem, --tls-key \S+key.pem: not a certificate in PEM and the key"


def _binary(tls: Tls) -> str:
    assert tls.certificate is not None
    tls.certificate.write_bytes(bytes(range(256)))
    return "not a certificate in PEM"


def _another_key(tls: Tls) -> str:
    assert tls.key is not None
    tls.key.write_bytes(_pem(ec.generate_private_key(ec.SECP256R1())))
    return r"not a certificate in PEM and the key that belongs to it"


def _pass_phrase(tls: Tls) -> str:
    assert tls.key is not None
    key = ec.generate_private_key(ec.SECP256R1())
    tls.key.write_bytes(_pem(key, serialization.BestAvailableEncryption(b"secret")))
    return "without a pass phrase"


def _empty(tls: Tls) -> str:
    assert tls.key is not None
    tls.key.write_bytes(b"")
    return "not a certificate in PEM"


@pytest.mark.parametrize(
    "damage", [_no_pem, _cut_certificate, _binary, _another_key, _pass_phrase, _empty]
)
def test_bad_files_are_named_in_one_line(tmp_path: Path, damage: Any) -> None:
    tls = _certificates(tmp_path)
    security = security_of(tls)
    assert security is not None
    assert security.get_connection_args("client")["ssl_context"].check_hostname
    with pytest.raises(InputError, match=damage(tls)):
        security_of(tls)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://10.0.0.5:8786", "not encrypted, and whoever reaches a Dask scheduler can run code"),
        ("node1:8786", "not encrypted"),
        ("tls://node1", "expected tls://HOST:PORT"),
        ("http://node1:80", "expected tls://HOST:PORT"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(address: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        DaskCluster(address)


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1"])
def test_this_machine_is_safe(address: str) -> None:
    assert DaskCluster(address).address.startswith("tcp://")


def test_who_trusts_the_network_may_say_so() -> None:
    assert DaskCluster("tcp://10.0.0.5:8786", insecure=True).address == "tcp://10.0.0.5:8786"


def test_certificates_belong_to_tls_and_together(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="certificates need a tls:// address"):
        DaskCluster("tcp://127.0.0.1:8786", Tls(ca=tmp_path / "ca.pem"))
    with pytest.raises(InputError, match="--tls-ca and --tls-cert belong together"):
        DaskCluster("tls://node1:8786", Tls(ca=tmp_path / "ca.pem"))


def test_a_scheduler_that_is_not_there(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stridesim.sweeps.engines.cluster._SECONDS_TO_CONNECT", 1)
    with pytest.raises(InputError, match=r"scheduler = 'tcp://127.0.0.1:9': cannot be reached"):
        run_sweep(
            design, "fake_models:fake", tmp_path / "s", engine=DaskCluster("tcp://127.0.0.1:9")
        )
