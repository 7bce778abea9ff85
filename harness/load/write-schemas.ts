/** `npm run schemas`: brings matrix/schemas/ up to date. */
import { writeSchemas } from './json-schemas.js'

await writeSchemas('matrix')
