import { describe, expect, it } from 'vitest'
import { packagingEnv } from '../../harness/tools/packaging-env.js'

describe('packagingEnv', () => {
  it.each([
    'HTTPS_PROXY',
    'no_proxy',
    'SSL_CERT_FILE',
    'UV_DEFAULT_INDEX',
    'UV_INDEX_COMPANY_PASSWORD',
    'PIP_CERT',
    'NETRC',
  ])('passes %s', (name) => {
    expect(packagingEnv({ [name]: 'value' }, '/cache')).toHaveProperty(name, 'value')
  })

  it.each([
    'PYTHONPATH',
    'VIRTUAL_ENV',
    'UV_CONSTRAINT',
    'UV_EXCLUDE_NEWER',
    'UV_PYTHON',
    'PIP_TARGET',
    'PGPASSWORD',
    'GITHUB_TOKEN',
  ])('keeps %s back', (name) => {
    expect(packagingEnv({ [name]: 'value' }, '/cache')).not.toHaveProperty(name)
  })

  it.each([
    [{ PIP_INDEX_URL: 'p' }, 'p'],
    [{ PIP_INDEX_URL: 'p', UV_DEFAULT_INDEX: 'u' }, 'u'],
    [{}, undefined],
  ])("gives uv pip's index where it has none of its own: %o", (env, index) => {
    expect(packagingEnv(env, '/cache').UV_DEFAULT_INDEX).toBe(index)
  })

  it.each([
    [{ UV_DEFAULT_INDEX: 'u' }, 'u'],
    [{ UV_INDEX_URL: 'u' }, 'u'],
    [{ PIP_INDEX_URL: 'p', UV_DEFAULT_INDEX: 'u' }, 'p'],
    [{}, undefined],
  ])("gives pip uv's index where it has none of its own: %o", (env, index) => {
    expect(packagingEnv(env, '/cache').PIP_INDEX_URL).toBe(index)
  })

  it.each([
    [{}, '1'],
    [{ PIP_RETRIES: '7' }, '7'],
  ])('lets pip try a dead network once more, or as often as the caller says: %o', (env, retries) => {
    expect(packagingEnv(env, '/cache').PIP_RETRIES).toBe(retries)
  })
})
