/** The script of the pages that show a matrix: it adds choosing to what can be read without it. */
import { find } from './element.js'
import { startMatrix } from './matrix.js'
import { revealTarget } from './reveal.js'

startMatrix(find('#choose-cells', HTMLElement))
revealTarget()
