"""Devices with certificates: paho-mqtt, and the AWS IoT Device SDK v2 with fleet provisioning. Run by run.cjs, which sets AWS_ENDPOINT_URL, MQTTS_URL, CA_FILE and FLEET."""

import json
import os
import ssl
import subprocess
import tempfile
import threading
import uuid
from concurrent.futures import Future
from urllib.parse import urlparse

import boto3
import paho.mqtt.client as paho
from awscrt import mqtt as crt_mqtt
from awsiot import iotidentity, mqtt_connection_builder

URL = urlparse(os.environ["MQTTS_URL"])
HOST, PORT = URL.hostname, URL.port
CA = os.environ["CA_FILE"]
FLEET = json.loads(os.environ["FLEET"])
PREFIX = FLEET["thingNamePrefix"]
FOLDER = tempfile.mkdtemp()
iot = boto3.client("iot")


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf8") as file:
        file.write(text)
    return path


def claim():
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=FLEET["claimPolicy"], target=made["certificateArn"])
    return write("claim.pem", made["certificatePem"]), write("claim-key.pem", made["keyPair"]["PrivateKey"])


def connection(cert, key, client_id):
    made = mqtt_connection_builder.mtls_from_path(
        endpoint=HOST, port=PORT, cert_filepath=cert, pri_key_filepath=key, ca_filepath=CA,
        client_id=client_id, clean_session=True, keep_alive_secs=30,
    )
    made.connect().result(20)
    return made


def once(subscribe, request):
    """Subscribes to accepted and rejected of an operation, and gives what arrives first."""
    future = Future()

    def accepted(response):
        future.set_result(response)

    def rejected(response):
        future.set_exception(RuntimeError(f"{response.status_code} {response.error_code}: {response.error_message}"))

    for on, callback in ((subscribe[0], accepted), (subscribe[1], rejected)):
        done, _ = on(request=request, qos=crt_mqtt.QoS.AT_LEAST_ONCE, callback=callback)
        done.result(20)
    return future


def provision(cert, key, serial, with_request):
    """As AWS's sample does it, with keys from AWS or a request of the device's own."""
    client = connection(cert, key, f"{PREFIX}{uuid.uuid4()}")
    identity = iotidentity.IotIdentityClient(client)
    at_least_once = crt_mqtt.QoS.AT_LEAST_ONCE
    if with_request:
        own_key = os.path.join(FOLDER, f"{serial}-key.pem")
        request_file = os.path.join(FOLDER, f"{serial}.csr")
        subprocess.run(
            ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", own_key, "-subj", f"/CN={serial}", "-out", request_file],
            check=True, capture_output=True,
        )
        answer = once(
            (identity.subscribe_to_create_certificate_from_csr_accepted, identity.subscribe_to_create_certificate_from_csr_rejected),
            iotidentity.CreateCertificateFromCsrSubscriptionRequest(),
        )
        with open(request_file, encoding="utf8") as file:
            request = iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request=file.read())
        identity.publish_create_certificate_from_csr(request, at_least_once).result(20)
        made = answer.result(20)
    else:
        answer = once(
            (identity.subscribe_to_create_keys_and_certificate_accepted, identity.subscribe_to_create_keys_and_certificate_rejected),
            iotidentity.CreateKeysAndCertificateSubscriptionRequest(),
        )
        identity.publish_create_keys_and_certificate(iotidentity.CreateKeysAndCertificateRequest(), at_least_once).result(20)
        made = answer.result(20)
        own_key = write(f"{serial}-key.pem", made.private_key)
    answer = once(
        (identity.subscribe_to_register_thing_accepted, identity.subscribe_to_register_thing_rejected),
        iotidentity.RegisterThingSubscriptionRequest(template_name=FLEET["template"]),
    )
    identity.publish_register_thing(
        iotidentity.RegisterThingRequest(
            template_name=FLEET["template"],
            certificate_ownership_token=made.certificate_ownership_token,
            parameters={"SerialNumber": serial},
        ),
        at_least_once,
    ).result(20)
    try:
        thing = answer.result(20).thing_name
    finally:
        client.disconnect().result(20)
    return write(f"{serial}.pem", made.certificate_pem), own_key, thing


def check_sdk(cert, key, thing):
    client = connection(cert, key, thing)
    sent, _ = client.publish(f"dt/{thing}/aggregate", json.dumps({"device_id": thing, "temperature": 20}), crt_mqtt.QoS.AT_LEAST_ONCE)
    sent.result(20)
    client.disconnect().result(20)


def paho_client(cert, key, client_id):
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id, protocol=paho.MQTTv311)
    client.tls_set(ca_certs=CA, certfile=cert, keyfile=key, tls_version=ssl.PROTOCOL_TLS_CLIENT)
    connected, closed = threading.Event(), threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.on_disconnect = lambda *_: closed.set()
    client.connect(HOST, PORT)
    client.loop_start()
    return client, connected, closed


def check_paho(cert, key, thing):
    client, connected, closed = paho_client(cert, key, thing)
    assert connected.wait(10)
    client.publish(f"dt/{thing}/aggregate", json.dumps({"device_id": thing, "temperature": 21}), qos=1).wait_for_publish(10)
    codes = []
    subscribed = threading.Event()
    client.on_subscribe = lambda _c, _u, _m, reasons, _p: (codes.extend(reasons), subscribed.set())
    client.subscribe("dt/#", qos=1)
    assert subscribed.wait(10)
    assert [code.value for code in codes] == [0x80], codes
    assert not closed.is_set()
    # Another device's topic: AWS IoT Core closes the connection.
    client.publish("dt/another/aggregate", "{}", qos=1)
    assert closed.wait(10)
    client.loop_stop()
    # Another device's name: no CONNACK.
    client, connected, closed = paho_client(cert, key, "another")
    assert closed.wait(10) and not connected.is_set()
    client.loop_stop()


claim_cert, claim_key = claim()
cert, key, thing = provision(claim_cert, claim_key, "python-keys", False)
assert thing == f"{PREFIX}python-keys", thing
check_sdk(cert, key, thing)
check_paho(cert, key, thing)
cert, key, thing = provision(claim_cert, claim_key, "python-csr", True)
check_sdk(cert, key, thing)
described = iot.describe_thing(thingName=thing)
assert described["attributes"]["serial"] == "python-csr", described
# The claim takes over no device that has a certificate; the device itself renews its own.
try:
    provision(claim_cert, claim_key, "python-csr", True)
    raise AssertionError("a claim registered a device twice")
except RuntimeError as refusal:
    assert "403" in str(refusal), refusal
print("devices: passed")
