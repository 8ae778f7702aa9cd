/* Areas and zones on one canvas. Every border between two areas is stored once, with the area on
   either side; zones are whatever areas lie together, so their borders need no shapes of their own. */
const AreaMesh = (function () {
  "use strict";

  const STEPS_PER_DEGREE = 1e5;
  const CELLS = 64; // of the grid in which areas are looked for, along each side

  /** Whole numbers from text: base 64, seven bits in each byte, the sign in the last bit. */
  function readNumbers(text) {
    const bytes = atob(text);
    const numbers = [];
    let value = 0, factor = 1;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes.charCodeAt(at);
      value += (byte & 127) * factor;
      if (byte & 128) factor *= 128;
      else {
        numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
        value = 0;
        factor = 1;
      }
    }
    return numbers;
  }

  /** Numbers from the differences between them; `width` of them stand side by side. */
  function summed(numbers, width = 1) {
    for (let at = width; at < numbers.length; at += 1) numbers[at] += numbers[at - width];
    return numbers;
  }

  const startsOf = (lengths) => summed([0, ...lengths]);

  /** Degrees of latitude on a Mercator map that has one degree of longitude to the unit. */
  const mercator = (latitude) => (Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) * 180) / Math.PI;

  const latitudeOf = (units) => (Math.atan(Math.exp((units * Math.PI) / 180)) * 360) / Math.PI - 90;

  class Mesh {
    constructor(content, count) {
      this.count = count;
      this.starts = startsOf(readNumbers(content.lengths));
      this.sides = summed(readNumbers(content.sides), 2);
      this.rings = summed(readNumbers(content.rings));
      this.ringStarts = startsOf(readNumbers(content.ringLengths));
      this._place(readNumbers(content.steps));
      this._sortRings(summed(readNumbers(content.areas)));
      this._measure();
      this.paths = new Array(count);
    }

    /** Where the lines' points lie, in units of the grid from the map's first point. */
    _place(steps) {
      this.points = new Float32Array(steps.length);
      let startX = 0, startY = 0;
      for (let line = 0; line + 1 < this.starts.length; line += 1) {
        let x = startX, y = startY;
        for (let at = this.starts[line]; at < this.starts[line + 1]; at += 1) {
          x += steps[2 * at];
          y += steps[2 * at + 1];
          if (at === this.starts[line]) [startX, startY] = [x, y];
          const across = x, down = -STEPS_PER_DEGREE * mercator(y / STEPS_PER_DEGREE);
          if (this.origin === undefined) this.origin = [across, down];
          this.points[2 * at] = across - this.origin[0];
          this.points[2 * at + 1] = down - this.origin[1];
        }
      }
      if (this.origin === undefined) this.origin = [0, 0];
    }

    _sortRings(areas) {
      this.ringsOf = Array.from({ length: this.count }, () => []);
      areas.forEach((area, ring) => this.ringsOf[area].push(ring));
    }

    /** The box of every area, and a grid that says which areas may be at a place. */
    _measure() {
      this.boxes = new Float32Array(4 * this.count);
      const all = [Infinity, Infinity, -Infinity, -Infinity];
      for (let area = 0; area < this.count; area += 1) {
        const box = [Infinity, Infinity, -Infinity, -Infinity];
        this._eachPoint(area, (x, y) => {
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x);
          box[3] = Math.max(box[3], y);
        });
        this.boxes.set(box, 4 * area);
        for (const side of [0, 1]) {
          all[side] = Math.min(all[side], box[side]);
          all[side + 2] = Math.max(all[side + 2], box[side + 2]);
        }
      }
      this.box = all;
      this.cells = new Map();
      for (let area = 0; area < this.count; area += 1) {
        const [left, top, right, bottom] = this.boxes.subarray(4 * area, 4 * area + 4);
        for (let i = this._cell(left, 0); i <= this._cell(right, 0); i += 1) {
          for (let j = this._cell(top, 1); j <= this._cell(bottom, 1); j += 1) {
            const key = i * CELLS + j;
            if (!this.cells.has(key)) this.cells.set(key, []);
            this.cells.get(key).push(area);
          }
        }
      }
    }

    _cell(value, side) {
      const width = (this.box[side + 2] - this.box[side]) / CELLS || 1;
      return Math.max(0, Math.min(CELLS - 1, Math.floor((value - this.box[side]) / width)));
    }

    /** Call with every point of a line, forwards or, for a number below 0, backwards. */
    _alongLine(reference, call) {
      const line = reference < 0 ? -1 - reference : reference;
      const begin = this.starts[line], end = this.starts[line + 1];
      for (let step = 0; step < end - begin; step += 1) {
        const at = reference < 0 ? end - 1 - step : begin + step;
        call(this.points[2 * at], this.points[2 * at + 1], step);
      }
    }

    _eachPoint(area, call) {
      for (const ring of this.ringsOf[area]) {
        for (let at = this.ringStarts[ring]; at < this.ringStarts[ring + 1]; at += 1) {
          this._alongLine(this.rings[at], call);
        }
      }
    }

    /** Areas that have a common border with an area. */
    neighbours(area) {
      this._beside = this._beside || this._touching();
      return this._beside[area];
    }

    _touching() {
      const beside = Array.from({ length: this.count }, () => new Set());
      for (let line = 0; line + 1 < this.starts.length; line += 1) {
        const one = this.sides[2 * line], other = this.sides[2 * line + 1];
        if (other < 0 || one === other) continue;
        beside[one].add(other);
        beside[other].add(one);
      }
      return beside.map((areas) => [...areas]);
    }

    /** West, south, east and north of an area, in degrees. */
    boundsOf(area) {
      const [left, top, right, bottom] = this.boxes.subarray(4 * area, 4 * area + 4);
      const east = (x) => (x + this.origin[0]) / STEPS_PER_DEGREE;
      const north = (y) => latitudeOf(-(y + this.origin[1]) / STEPS_PER_DEGREE);
      return [east(left), north(bottom), east(right), north(top)];
    }

    /** Join lines, end to end, into one closed piece of a path. */
    _closed(path, references) {
      let begun = false;
      for (const reference of references) {
        this._alongLine(reference, (x, y, step) => {
          if (!begun) path.moveTo(x, y);
          else if (step > 0) path.lineTo(x, y);
          begun = true;
        });
      }
      if (begun) path.closePath();
    }

    /** The path of one area. */
    path(area) {
      if (this.paths[area]) return this.paths[area];
      const path = new Path2D();
      for (const ring of this.ringsOf[area]) {
        this._closed(path, this.rings.slice(this.ringStarts[ring], this.ringStarts[ring + 1]));
      }
      this.paths[area] = path;
      return path;
    }

    /** The path of some lines, one piece each. */
    linePath(lines) {
      const path = new Path2D();
      for (const line of lines) {
        this._alongLine(line, (x, y, step) => (step ? path.lineTo(x, y) : path.moveTo(x, y)));
      }
      return path;
    }

    /** Lines that have another group on their other side, by group; groups below 0 are nobody's.
        `groups` [area] tells the group; each line of a group has the group on its left. */
    outlines(groups) {
      const found = new Map();
      const note = (group, reference) => {
        if (group < 0) return;
        if (!found.has(group)) found.set(group, []);
        found.get(group).push(reference);
      };
      for (let line = 0; line + 1 < this.starts.length; line += 1) {
        const one = groups[this.sides[2 * line]], second = this.sides[2 * line + 1];
        const other = second < 0 ? -1 : groups[second];
        if (one === other) continue;
        note(one, line);
        note(other, -1 - line);
      }
      return found;
    }

    /** One path around a group, of the lines that `outlines` found. */
    outlinePath(references) {
      const key = (reference, last) => {
        const line = reference < 0 ? -1 - reference : reference;
        const at = (reference < 0) === last ? this.starts[line] : this.starts[line + 1] - 1;
        return `${this.points[2 * at]} ${this.points[2 * at + 1]}`;
      };
      const from = new Map();
      for (const reference of references) {
        const begin = key(reference, false);
        if (!from.has(begin)) from.set(begin, []);
        from.get(begin).push(reference);
      }
      const path = new Path2D();
      for (const first of references) {
        const ring = [];
        let here = key(first, false);
        while (from.get(here)?.length) {
          ring.push(from.get(here).pop());
          here = key(ring[ring.length - 1], true);
        }
        this._closed(path, ring);
      }
      return path;
    }

    /** The area at a place, or -1. */
    areaAt(x, y) {
      const [left, top, right, bottom] = this.box;
      if (!(x >= left && x <= right && y >= top && y <= bottom)) return -1;
      const near = this.cells.get(this._cell(x, 0) * CELLS + this._cell(y, 1)) || [];
      return near.find((area) => this._holds(area, x, y)) ?? -1;
    }

    /** Whether a place lies in an area: a ray to the right crosses its rings an odd number of times. */
    _holds(area, x, y) {
      let inside = false, lastX = 0, lastY = 0;
      for (const ring of this.ringsOf[area]) {
        let begun = false;
        for (let at = this.ringStarts[ring]; at < this.ringStarts[ring + 1]; at += 1) {
          this._alongLine(this.rings[at], (nextX, nextY) => {
            const crosses = begun && lastY > y !== nextY > y;
            if (crosses && x < lastX + ((y - lastY) / (nextY - lastY)) * (nextX - lastX)) inside = !inside;
            [lastX, lastY, begun] = [nextX, nextY, true];
          });
        }
      }
      return inside;
    }
  }

  return { Mesh, mercator, readNumbers, STEPS_PER_DEGREE };
})();

/** Draws areas in colours, zones with their borders, and one thing under the pointer.
    `show` says what: {areas: {colours, opacity, line}, zones: {groups, colours, opacity, line},
    marked: [{areas, fill, opacity, line}]}. */
const AreaLayer = L.Renderer.extend({
  options: { padding: 0.3 },

  initialize(mesh, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._mesh = mesh;
    this._shown = {};
    this._light = null;
  },

  /** Show other colours or zones. */
  show(what) {
    const before = this._outlines || new Map(), paths = this._zonePaths;
    this._shown = what;
    this._outlines = what.zones ? this._mesh.outlines(what.zones.groups) : new Map();
    this._zonePaths = new Map();
    // What has not changed keeps its path: most zones, when one area is moved.
    for (const [zone, lines] of this._outlines) {
      const old = before.get(zone);
      const same = old?.length === lines.length && lines.every((line, at) => line === old[at]);
      if (same && paths.has(zone)) this._zonePaths.set(zone, paths.get(zone));
    }
    this._borderPaths = null;
    if (this._map) this._draw();
    return this;
  },

  /** Light up a group of zones, or one area, or nothing. */
  light(what) {
    this._light = what;
    if (this._map) this._drawLight();
    return this;
  },

  /** The area at a place on earth, or -1. */
  areaAt(latlng) {
    const [x, y] = this._local(latlng);
    return this._mesh.areaAt(x, y);
  },

  _local(latlng) {
    const [x, y] = this._mesh.origin;
    const { mercator, STEPS_PER_DEGREE: steps } = AreaMesh;
    return [latlng.lng * steps - x, -steps * mercator(latlng.lat) - y];
  },

  _initContainer() {
    this._container = document.createElement("div");
    this._canvases = ["areas", "light"].map((name) => {
      const canvas = L.DomUtil.create("canvas", name, this._container);
      canvas.style.position = "absolute";
      return canvas;
    });
    this._pens = this._canvases.map((canvas) => canvas.getContext("2d"));
  },

  _destroyContainer() {
    L.DomUtil.remove(this._container);
    this._container = this._canvases = this._pens = null;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    this._sharp = Math.min(2, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    for (const canvas of this._canvases) {
      canvas.width = Math.round(size.x * this._sharp);
      canvas.height = Math.round(size.y * this._sharp);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    this._draw();
  },

  /** Clear a canvas and let it count in the mesh's units; return its pen and pixels per unit. */
  _begin(which) {
    const pen = this._pens[which], canvas = this._canvases[which];
    const world = 256 * 2 ** this._zoom, scale = world / (360 * AreaMesh.STEPS_PER_DEGREE);
    const [x, y] = this._mesh.origin;
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    const left = scale * x + world / 2 - corner.x, top = scale * y + world / 2 - corner.y;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(this._sharp * scale, 0, 0, this._sharp * scale, this._sharp * left, this._sharp * top);
    pen.lineJoin = "round";
    const size = this._bounds.getSize();
    this._view = [-left / scale, -top / scale, (size.x - left) / scale, (size.y - top) / scale];
    return { pen, scale };
  },

  _visible(area) {
    const box = this._mesh.boxes, at = 4 * area, [left, top, right, bottom] = this._view;
    return box[at] <= right && box[at + 2] >= left && box[at + 1] <= bottom && box[at + 3] >= top;
  },

  _draw() {
    const { areas, zones } = this._shown;
    const { pen, scale } = this._begin(0);
    if (areas) this._drawAreas(pen, scale, areas);
    if (zones) this._drawZones(pen, scale, zones);
    for (const mark of this._shown.marked || []) this._drawMarked(pen, scale, mark);
    this._drawLight();
  },

  _drawAreas(pen, scale, { colours, opacity, line }) {
    const mesh = this._mesh;
    const width = (mesh.box[2] - mesh.box[0]) * scale, each = width / Math.sqrt(mesh.count || 1);
    const lined = line && each > 5;
    pen.globalAlpha = opacity;
    pen.lineWidth = (line ? line.width : 0) / scale;
    for (let area = 0; area < mesh.count; area += 1) {
      if (!colours[area] || !this._visible(area)) continue;
      pen.fillStyle = colours[area];
      pen.fill(mesh.path(area), "evenodd");
    }
    if (!lined) return;
    pen.globalAlpha = line.opacity;
    pen.strokeStyle = line.colour;
    for (let area = 0; area < mesh.count; area += 1) {
      if (this._visible(area)) pen.stroke(mesh.path(area));
    }
  },

  /** Draw some areas over everything else. */
  _drawMarked(pen, scale, { areas, fill, opacity, line }) {
    pen.strokeStyle = line.colour;
    pen.lineWidth = line.width / scale;
    pen.setLineDash((line.dash || []).map((pixels) => pixels / scale));
    for (const area of areas) {
      pen.globalAlpha = opacity ?? 1;
      if (fill) {
        pen.fillStyle = fill;
        pen.fill(this._mesh.path(area), "evenodd");
      }
      pen.globalAlpha = 1;
      pen.stroke(this._mesh.path(area));
    }
    pen.setLineDash([]);
  },

  _zonePath(zone) {
    if (!this._zonePaths.has(zone)) {
      this._zonePaths.set(zone, this._mesh.outlinePath(this._outlines.get(zone) || []));
    }
    return this._zonePaths.get(zone);
  },

  _drawZones(pen, scale, { colours, opacity, line }) {
    if (opacity > 0) {
      pen.globalAlpha = opacity;
      for (const zone of this._outlines.keys()) {
        pen.fillStyle = colours.get(zone);
        pen.fill(this._zonePath(zone), "evenodd");
      }
    }
    if (!line) return;
    pen.globalAlpha = line.opacity;
    pen.strokeStyle = line.colour;
    pen.lineWidth = line.width / scale;
    this._borderPaths = this._borderPaths || this._borders();
    for (const path of this._borderPaths) pen.stroke(path);
  },

  /** The lines around zones, each once, in short paths: long ones are slow to stroke. */
  _borders() {
    const lines = [...new Set([...this._outlines.values()].flat().map((line) => (line < 0 ? -1 - line : line)))];
    const paths = [];
    for (let at = 0; at < lines.length; at += 64) paths.push(this._mesh.linePath(lines.slice(at, at + 64)));
    return paths;
  },

  _drawLight() {
    const { pen, scale } = this._begin(1);
    if (!this._light) return;
    const { area, zone, colour, opacity, line } = this._light;
    const path = area === undefined ? this._zonePath(zone) : this._mesh.path(area);
    pen.globalAlpha = opacity;
    pen.fillStyle = colour;
    pen.fill(path, "evenodd");
    if (!line) return;
    pen.globalAlpha = 1;
    pen.strokeStyle = line.colour;
    pen.lineWidth = line.width / scale;
    pen.stroke(path);
  },
});
