"""The servers that are measured, and the upstream behind them."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

from rig.content import Pool
from rig.processes import Process, free_port

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
REPOSITORY = "bench/app"


def ci(expression):
    """What a variable or function of `.ci/lib` says."""
    script = f'. "{ROOT}/.ci/lib"; echo "{expression}"'
    return subprocess.run(["bash", "-ec", script], check=True, capture_output=True, text=True).stdout.strip()


class Server(Process):
    """Something that speaks HTTP on a loopback port."""

    port: int

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


class Upstream(Server):
    """`bench/upstream` with a pool of at least so many bytes."""

    def __init__(self, folder, pool_size):
        self.pool = Pool(BENCH / "build" / "pool", pool_size)
        super().__init__("upstream", [BENCH / "upstream", self.pool.path], folder, stdout=subprocess.PIPE)
        self.port = int(self.child.stdout.readline())
        self.serial = 0

    def blobs(self, sizes, spread=False):
        """New blobs; `spread` lets each begin at another place of the pool."""
        made, told = [], []
        for size in sizes:
            self.serial += 1
            offset = self.serial * 40961 % (len(self.pool.bytes) - size + 1) if spread else 0
            told.append({"size": size, "serial": str(self.serial), "offset": offset})
            made.append(self.pool.blob(**told[-1]))
        self._tell("blobs", told)
        return made

    def blob(self, size):
        return self.blobs([size])[0]

    def image(self, tag, blobs):
        """Digests and size of the manifest: `digest`, `config`, `size`."""
        return self._tell("image", {"repository": REPOSITORY, "tag": tag, "digests": [b.digest for b in blobs]})

    def manner(self, **manner):
        self._tell("manner", manner)

    def forget(self):
        self._tell("forget", {})

    def counts(self):
        with urllib.request.urlopen(self.url + "/bench/sent") as answer:
            return json.load(answer)

    def sent(self):
        """Bytes of blobs received from it."""
        return sum(self.counts()["sent"].values())

    def _tell(self, what, told):
        request = urllib.request.Request(f"{self.url}/bench/{what}", json.dumps(told).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


class Larder(Server):
    """larder with an empty or a given data directory."""

    title = "larder"

    def __init__(self, folder, upstream, data=None, access_log="off", fresh_for="1h", capacity="60GiB", cgroup=None, bucket=None):
        self.port, self.admin = free_port(), free_port()
        self.data = data or folder / "larder"
        config = folder / f"larder-{self.port}.yaml"
        config.write_text(f"""\
server: {{ host: 127.0.0.1, port: {self.port} }}
larder:
  admin: {{ host: 127.0.0.1, port: {self.admin} }}
  access-log: {access_log}
  disk: {{ path: {self.data}, capacity: {capacity}, min-free: 100MiB }}
  upstreams:
    - name: docker.io
      url: {upstream.url}
      default: true
      allow-private-addresses: true
      fresh-for: {fresh_for}
""" + (f"  bucket: {{ name: {Minio.BUCKET}, endpoint: \"{bucket.url}\", access-key: {Minio.KEY}, secret-key: {Minio.SECRET} }}\n" if bucket else ""))
        super().__init__("larder", [larder_command(), "serve", "--config", config], folder, cgroup)
        self.ready_after = self.wait_for(self.url + "/v2/")

    def file(self, digest):
        """Where it keeps a blob."""
        algorithm, _, hexadecimal = digest.partition(":")
        return next(self.data.glob(f"blobs/{algorithm}/**/{hexadecimal}"))


class Minio(Server):
    """MinIO with an empty bucket."""

    title = "minio"
    BUCKET = "images"
    KEY, SECRET = "larder", "larder-secret"

    def __init__(self, folder):
        self.port = free_port()
        environment = os.environ | {"MINIO_ROOT_USER": self.KEY, "MINIO_ROOT_PASSWORD": self.SECRET}
        command = [ci("$MINIO"), "server", folder / "minio", "--address", f"127.0.0.1:{self.port}", "--quiet"]
        super().__init__("minio", command, folder, env=environment)
        self.wait_for(self.url + "/minio/health/live")
        try:
            self.ask("", "-X", "PUT")
        except Exception:
            self.stop()
            raise

    def ask(self, what, *options):
        """A signed request about the bucket; the answer's body."""
        command = ["curl", "-fsS", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", f"{self.KEY}:{self.SECRET}"]
        return subprocess.run([*command, *options, f"{self.url}/{self.BUCKET}{what}"], check=True, capture_output=True, text=True).stdout

    def signed_path(self, digest, by):
        """Of a blob that larder has put there, for an hour and for clients of this server."""
        path = f"/{self.BUCKET}/blobs/sha256/{digest[7:9]}/{digest[7:]}"
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        query = urllib.parse.urlencode({
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{self.KEY}/{scope}", "X-Amz-Date": now,
            "X-Amz-Expires": "3600", "X-Amz-SignedHeaders": "host"})
        asked = "\n".join(["GET", path, query, f"host:localhost:{by.port}", "", "host", "UNSIGNED-PAYLOAD"])
        key = ("AWS4" + self.SECRET).encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signed = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(asked.encode()).hexdigest()])
        return f"{path}?{query}&X-Amz-Signature={hmac.digest(key, signed.encode(), 'sha256').hex()}"

    def has(self, digest):
        return f"<Key>blobs/sha256/{digest[7:9]}/{digest[7:]}<" in self.ask(f"?list-type=2&prefix=blobs%2Fsha256%2F{digest[7:9]}%2F{digest[7:]}")


class Wire(Server):
    """`bench/wire` to another server: bytes per second for each connection, and seconds that a request takes."""

    def __init__(self, folder, server, rate, delay):
        super().__init__("wire", [BENCH / "wire", str(server.port), str(rate), str(delay)], folder, stdout=subprocess.PIPE)
        self.port = int(self.child.stdout.readline())


def larder_command():
    """The launcher, once it has built what it starts."""
    command = os.environ.get("CACHE_COMMAND", ROOT / "larder")
    subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL)
    return command


class Registry(Server):
    """The reference registry as a pull-through cache."""

    title = "registry"

    def __init__(self, folder, upstream):
        self.port = free_port()
        config = folder / "registry.yaml"
        config.write_text(f"""\
version: 0.1
log: {{ level: error, accesslog: {{ disabled: true }} }}
storage:
  filesystem: {{ rootdirectory: {folder}/registry }}
  cache: {{ blobdescriptor: inmemory }}
http: {{ addr: "127.0.0.1:{self.port}" }}
proxy: {{ remoteurl: "{upstream.url}", ttl: 168h }}
""")
        (folder / "registry").mkdir()
        super().__init__("registry", [ci("$REGISTRY"), "serve", config], folder, env=os.environ | {"OTEL_TRACES_EXPORTER": "none"})
        self.wait_for(self.url + "/v2/")


class Nginx(Server):
    """nginx with these `server` blocks' contents, and what belongs before them."""

    title = "nginx"

    def __init__(self, folder, server, http="", access_log="off", name="nginx"):
        self.port = free_port()
        home = folder / name
        (home / "temp").mkdir(parents=True)
        home.chmod(0o755)
        config = home / "conf"
        temp = "\n".join(f"  {kind}_temp_path {home}/temp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config.write_text(f"""\
daemon off;
user root;
pid {home}/pid;
error_log {home}/errors;
worker_processes auto;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log {access_log};
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000;
  default_type application/octet-stream;
{temp}
{http}
  server {{
    listen 127.0.0.1:{self.port} backlog=1024;
{server}
  }}
}}
""")
        super().__init__(name, [shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-e", home / "errors", "-c", config], folder)
        self.wait_for(self.url + "/bench-ready")


READY = "    location = /bench-ready { return 200; }\n"


def nginx_files(folder, paths, http="", **more):
    """nginx that answers each path with a file; `paths` maps a path to (file, content type, further headers)."""
    server = READY
    for path, (file, kind, headers) in paths.items():
        added = " ".join(f'add_header {name} "{value}";' for name, value in headers.items())
        server += f'    location = "{path}" {{ alias {file}; types {{ }} default_type {kind}; {added} }}\n'
    return Nginx(folder, server, http, **more)


def nginx_cache(folder, upstream):
    """nginx as a pull-through cache: slices, one fetch at a time for each, stale answers while upstream fails."""
    http = f"""\
  proxy_cache_path {folder}/nginx-cache levels=1:2 keys_zone=cache:32m max_size=60g inactive=7d use_temp_path=off;
  upstream registry {{ server 127.0.0.1:{upstream.port}; keepalive 32; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_cache cache;
  proxy_cache_lock on;
  proxy_cache_lock_timeout 60s;
  proxy_cache_lock_age 60s;
  proxy_cache_use_stale error timeout updating http_429 http_500 http_502 http_503 http_504;
  proxy_cache_background_update on;
  proxy_connect_timeout 3s;
"""
    server = READY + """\
    location / {
      slice 16m;
      proxy_set_header Range $slice_range;
      proxy_cache_key $uri$slice_range;
      proxy_cache_valid 200 206 7d;
      proxy_pass http://registry;
    }
    location ~ /manifests/ {
      proxy_cache_key $uri;
      proxy_cache_valid 200 1s;
      proxy_pass http://registry;
    }
"""
    return Nginx(folder, server, http, name="nginx")
