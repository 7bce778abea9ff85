/** The environment variables that pip and uv get: what proxies, certificates and package indices need, and nothing else. */

type Env = Readonly<Record<string, string | undefined>>

/**
 * A caller's PYTHONPATH, VIRTUAL_ENV, UV_CONSTRAINT or UV_EXCLUDE_NEWER would change what gets installed, so the list says what may
 * pass. Indices and their passwords travel here and never in arguments, which every user of the machine can read.
 */
const PASSED = [
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_ALL|NETRC|XDG_CONFIG_HOME|XDG_CONFIG_DIRS)$/,
  /^(https?|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSL_CLIENT_CERT)$/,
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|CONFIG_FILE|DEFAULT_TIMEOUT|RETRIES)$/,
  /^UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|INDEX_STRATEGY|FIND_LINKS|NO_INDEX|INDEX_\w+_(USERNAME|PASSWORD))$/,
  /^UV_(OFFLINE|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|KEYRING_PROVIDER|HTTP_TIMEOUT|HTTP_RETRIES|CONFIG_FILE|CONCURRENT_\w+)$/,
]

/** `cache` is uv's own cache, kept in ours so that a second run needs no network. */
export function packagingEnv(env: Env, cache: string): Record<string, string> {
  return {
    // pip's five retries for each Python are half a minute of waiting for a network that is not there.
    PIP_RETRIES: '1',
    ...passed(env),
    ...translated(env),
    UV_CACHE_DIR: cache,
    // Interpreters are discovered, and recorded; a download in mid-run would be a surprise.
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    NO_COLOR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PYTHONNOUSERSITE: '1',
  }
}

function passed(env: Env): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED.some((pattern) => pattern.test(name))) kept[name] = value
  }
  return kept
}

/** Neither reads the other's variables; who has set an index or a certificate for one means it for us. */
function translated(env: Env): Record<string, string> {
  const mapped: Record<string, string> = {}
  if (env.PIP_INDEX_URL && !env.UV_DEFAULT_INDEX && !env.UV_INDEX_URL)
    mapped.UV_DEFAULT_INDEX = env.PIP_INDEX_URL
  const uvIndex = env.UV_DEFAULT_INDEX || env.UV_INDEX_URL
  if (uvIndex && !env.PIP_INDEX_URL) mapped.PIP_INDEX_URL = uvIndex
  if (env.PIP_CERT && !env.SSL_CERT_FILE) mapped.SSL_CERT_FILE = env.PIP_CERT
  return mapped
}
