/** All verdicts of the site in little room, for its script. */
import { serverName } from '../../core/server-range.js'
import { encodeVerdict, type SiteData } from '../../core/site-data.js'
import { clientTitle, type ResultsView } from './view.js'

export function siteData(view: ResultsView): SiteData {
  const [clients, probes] = [view.clients, view.probes]
  return {
    date: view.header.startedAt.slice(0, 10),
    servers: view.servers.map((server) => ({
      id: server.id,
      name: serverName(server),
      major: server.major,
      preview: server.preview,
    })),
    families: [...view.families, ...view.stacks].map(({ facts }) => ({
      id: facts.id,
      title: facts.title,
      kind: facts.kind,
      package: facts.package,
      ...(facts.formerly.length > 0 && { formerly: facts.formerly }),
    })),
    clients: clients.map((client) => ({
      id: client.id,
      title: clientTitle(view.header, client),
      family: client.family,
      version: client.version,
      driver: client.driver,
      orm: client.stack?.orm ?? null,
    })),
    groups: view.groups.map(({ title }) => title),
    probes: view.groups.flatMap(({ probes }, group) => probes.map(({ id, title }) => ({ id, title, group }))),
    verdicts: clients.map((client) =>
      view.servers.map((server) =>
        probes.map((probe) => encodeVerdict(view.cell(server, client, probe)?.verdict)).join(''),
      ),
    ),
  }
}

/** As a script: a page that was opened from a disk may load nothing else. */
export function siteDataScript(view: ResultsView): string {
  return `pgmatrix.start(${JSON.stringify(siteData(view))})\n`
}
