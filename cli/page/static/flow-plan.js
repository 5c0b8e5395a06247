/** Where the parts of the flow are drawn. */

const KINDS = ["source", "rule", "channel", "pipeline", "datastore", "dataset"];
/** px between two figures of a card */
export const LINE = 20;
/** px */
const [CARD, HEAD, DETAIL, GAP_X, GAP_Y, GAP_CARDS, TITLE] = [176, 34, 16, 56, 22, 20, 30];
/** below this width the flow runs from top to bottom; a little above it the drawing is scaled down */
const NARROW = 1080;
/** px of a card where there is one in a row */
const WIDEST = 440;

/**
 * A place for each part: in columns from left to right, or where there is no room for them, in rows from top to bottom. There, arrows are drawn
 * if each kind has one part; `listed` says that they would go through other parts.
 * @param {{ nodes: object[], edges: object[] }} flow
 * @param {number} width of the window, px
 * @param {(node: object) => number} lines how many figures a part has
 */
export function planOf(flow, width, lines) {
  const narrow = width < NARROW;
  const groups = inOrder(flow);
  const listed = narrow && groups.some((nodes) => nodes.length > 1);
  const detailed = new Set(flow.nodes.filter(({ detail }) => detail).map(({ kind }) => kind));
  const head = ({ kind }) => HEAD + (detailed.has(kind) ? DETAIL : 0);
  const into = ({ id }) => (listed ? flow.edges.filter(({ to }) => to === id) : []);
  const height = (node) => head(node) + (lines(node) + into(node).length) * LINE + 10;
  const plan = { narrow, listed, head, into, lines, at: new Map(), titles: [] };
  return narrow ? rows(plan, groups, height, width) : columns(plan, groups, height, width);
}

function columns(plan, groups, height, width) {
  const gap =
    groups.length === 1 ? 0 : Math.min(140, Math.max(GAP_X, (width - groups.length * CARD) / (groups.length - 1)));
  const talls = groups.map((nodes) => nodes.reduce((sum, node) => sum + height(node) + GAP_Y, -GAP_Y));
  const tall = Math.max(...talls);
  groups.forEach((nodes, column) => {
    const x = column * (CARD + gap);
    let y = TITLE + (tall - talls[column]) / 2;
    for (const node of nodes) {
      plan.at.set(node.id, { x, y, height: height(node) });
      y += height(node) + GAP_Y;
    }
    plan.titles.push({ kind: nodes[0].kind, x, y: 14 });
  });
  return { ...plan, card: CARD, width: groups.length * (CARD + gap) - gap, height: TITLE + tall + 4 };
}

function rows(plan, groups, height, width) {
  const most = Math.max(...groups.map(({ length }) => length));
  const perRow = Math.min(most, Math.max(1, Math.floor((width + GAP_CARDS) / (CARD + GAP_CARDS))));
  const card = Math.min(WIDEST, (width - (perRow - 1) * GAP_CARDS) / perRow);
  let y = 0;
  for (const nodes of groups) {
    plan.titles.push({ kind: nodes[0].kind, x: 0, y: y + 14 });
    y += TITLE - 6;
    for (let first = 0; first < nodes.length; first += perRow) {
      const row = nodes.slice(first, first + perRow);
      row.forEach((node, i) => plan.at.set(node.id, { x: i * (card + GAP_CARDS), y, height: height(node) }));
      y += Math.max(...row.map(height)) + (plan.listed ? 14 : GAP_Y);
    }
    y += plan.listed ? 10 : 22;
  }
  return { ...plan, card, width, height: y - 22 };
}

/** The parts of each kind that there is. Those come first that parts lead to which come first themselves, so that arrows cross less. */
function inOrder({ nodes, edges }) {
  const places = new Map();
  return KINDS.flatMap((kind) => {
    const own = nodes.filter((node) => node.kind === kind);
    if (own.length === 0) return [];
    const rank = ({ id }) => {
      const from = edges.filter(({ to }) => to === id).map((edge) => places.get(edge.from) ?? 0);
      return from.length === 0 ? 0.5 : from.reduce((sum, place) => sum + place, 0) / from.length;
    };
    const ordered = own.map((node) => ({ node, rank: rank(node) })).sort((a, b) => a.rank - b.rank);
    ordered.forEach(({ node }, i) => places.set(node.id, (i + 0.5) / ordered.length));
    return [ordered.map(({ node }) => node)];
  });
}
