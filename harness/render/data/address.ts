/** Addresses of the data. They are stable: what is published under one stays there, in the form that `v1` has. */
import { fileName } from '../models/address.js'

export const API = 'api/v1'
export const API_INDEX = `${API}/index.json`
export const API_MATRIX = `${API}/matrix.json`

/** Kinds of JSON files, each with a schema. */
export const SCHEMA_NAMES = ['index', 'probe', 'client', 'server', 'matrix', 'changes'] as const
export type SchemaName = (typeof SCHEMA_NAMES)[number]

export function schemaAddress(name: SchemaName): string {
  return `${API}/schema/${name}.json`
}

export function probeData(probe: string): string {
  return `${API}/probe/${probe}.json`
}

export function clientData(client: string): string {
  return `${API}/client/${client}.json`
}

export function serverData(server: string): string {
  return `${API}/server/${fileName(server)}.json`
}

export const MATRIX_CSV = `${API}/matrix.csv`

export function serverTable(server: string): string {
  return `${API}/table/${fileName(server)}.md`
}

export function pairingBadge(client: string, server: string): string {
  return `badge/client/${client}/${fileName(server)}.svg`
}

/** @param series A family on a driver: the badge is of its newest release. */
export function featureBadge(probe: string, series: string): string {
  return `badge/feature/${probe}/${series}.svg`
}

export const SITEMAP = 'sitemap.xml'
export const LLMS = 'llms.txt'

export const CHANGES_DATA = `${API}/changes.json`
export const CHANGES_FEED = 'changes.atom'

export function familyFeed(family: string): string {
  return `changes/${family}.atom`
}

/** @param startedAt Of the run that was published: `changes/2026-11-23T09-00-00-000Z.html`. */
export function publicationPage(startedAt: string): string {
  return `changes/${startedAt.replaceAll(/[:.]/g, '-')}.html`
}
