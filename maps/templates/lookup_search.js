/* Finds the places that somebody means who types a name, or a part of it, or its sound.
   This is planner/atlas/lookup/matching.py once more, which states the rule and the reasons; a test
   in a browser holds the two against each other, so change both. */
const LookupSearch = (function () {
  "use strict";

  const SLIP = 10_000_000_000, INSIDE = 5_000_000_000, GAP = 100_000_000, NUMBER = 50_000_000, SOUND = 1_000_000;
  const INNER = 500_000, BEGUN = 2_000, READ = 1_000, LEFT = 1;
  const GAPS = 3, LENGTHS_WITH_SLIPS = [3, 8], FEW = 5, LISTED = 60;
  const LONGEST_TYPED = 40, LONGEST_NAME = 60, SHORTEST_SLIPPED = 3;

  const LETTER = /^[\p{L}\p{N}]$/u;
  const isDigit = (letter) => letter >= "0" && letter <= "9";
  const between = (code, first, last) => code >= first && code <= last;
  function isHan(letter) {
    const code = letter.codePointAt(0);
    return (between(code, 0x2e80, 0x9fff) || between(code, 0xf900, 0xfaff) || code >= 0x20000) && LETTER.test(letter);
  }
  const kindOf = (letter) =>
    isDigit(letter) ? "number" : isHan(letter) ? "character" : LETTER.test(letter) ? "word" : "";

  /** The units of a name, or of what was typed: {words, kind}, each word a list of letters. */
  function unitsOf(name, readings) {
    const units = [];
    let last = "";
    for (const letter of name.normalize("NFKD").toLowerCase()) {
      const kind = kindOf(letter);
      if (kind === "character") {
        const sounds = readings.get(letter) || [];
        if (letter !== "第") units.push({ words: [[letter], ...sounds.map((sound) => Array.from(sound))], sounds, kind });
      } else if (kind && kind === last) units[units.length - 1].words[0].push(letter);
      else if (kind) units.push({ words: [[letter]], kind });
      last = kind;
    }
    return units.slice(0, LONGEST_NAME);
  }

  /** What was typed without spaces and signs, letter by letter; between two numbers a space stays. */
  function textOf(units) {
    const apart = (unit, before) => (before && unit.kind === "number" && before.kind === "number" ? [" "] : []);
    return units.flatMap((unit, i) => [...apart(unit, units[i - 1]), ...unit.words[0]]).slice(0, LONGEST_TYPED);
  }

  /** How many letters of a word stand at a place of the text. */
  function inCommon(text, place, word) {
    let same = 0;
    while (same < word.length && text[place + same] === word[same]) same += 1;
    return same;
  }

  const sameFrom = (one, begin, other, start) => {
    if (one.length - begin !== other.length - start) return false;
    for (let at = begin; at < one.length; at += 1) if (one[at] !== other[at - begin + start]) return false;
    return true;
  };

  /** Whether one letter is wrong, superfluous or missing, or two neighbours are swapped. */
  function oneSlip(typed, word) {
    const at = inCommon(typed, 0, word);
    if (typed.length !== word.length) {
      const [longer, shorter] = typed.length > word.length ? [typed, word] : [word, typed];
      return longer.length === shorter.length + 1 && sameFrom(longer, at + 1, shorter, at);
    }
    if (at >= word.length) return false;
    if (sameFrom(typed, at + 1, word, at + 1)) return true;
    return at + 1 < word.length && typed[at] === word[at + 1] && typed[at + 1] === word[at] && sameFrom(typed, at + 2, word, at + 2);
  }

  /** Whether a name's units stand in what was typed, one after the other. */
  function holds(query, name) {
    const same = (one, other) => one.length === other.length && sameFrom(one, 0, other, 0);
    for (let at = 0; at + name.length <= query.length; at += 1) {
      if (name.every((unit, i) => same(unit.words[0], query[at + i].words[0]))) return true;
    }
    return false;
  }

  class Finder {
    /** Prepare names, several for each place, with the characters of each syllable. */
    constructor(names, spoken) {
      this.readings = new Map();
      for (const [syllable, letters] of Object.entries(spoken)) {
        for (const letter of letters) {
          if (!this.readings.has(letter)) this.readings.set(letter, []);
          this.readings.get(letter).push(syllable);
        }
      }
      this.names = [];
      names.forEach((one, place) => one.forEach((name) => this.names.push({ place, units: unitsOf(name, this.readings) })));
      this._sort();
      this._index();
      // what the text has been spelled up to costs, after each unit of the name in hand
      const prices = () => new Float64Array(LONGEST_TYPED + 1);
      this.steps = Array.from({ length: LONGEST_NAME + 1 }, () => ({ on: prices(), off: prices(), begun: 0, done: 0 }));
      this.reached = prices();
    }

    /** Put names that begin alike beside each other: what was spelled by their beginning is kept. */
    _sort() {
      const written = ({ units }) => units.map((unit) => unit.words[0].join(""));
      const keyed = this.names.map((name) => ({ name, words: written(name) })).map((one) => ({ ...one, key: one.words.join(" ") }));
      keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
      this.names = keyed.map(({ name, words }, at) => {
        const before = at ? keyed[at - 1].words : [];
        const alike = words.findIndex((word, i) => word !== before[i]);
        return { ...name, alike: alike < 0 ? words.length : alike };
      });
    }

    /** Note which names have a letter, and which have a character of a sound. */
    _index() {
      this.having = new Map();
      this.names.forEach(({ units }, number) => {
        const met = new Set(units.flatMap((unit) => [...unit.words.flat(), ...(unit.sounds || []).map((sound) => `/${sound}`)]));
        for (const letter of met) {
          if (!this.having.has(letter)) this.having.set(letter, []);
          this.having.get(letter).push(number);
        }
      });
      this.lacking = new Uint8Array(this.names.length);
      this.seen = new Int32Array(this.names.length);
    }

    /** Count for every name the letters of a text that nothing in it can spell: each is a slip. */
    _countLacking(text) {
      this.lacking.fill(text.filter((letter) => letter !== " ").length); // a space between numbers is in no name
      this.seen.fill(0);
      text.forEach((letter, at) => {
        const sounds = (this.readings.get(letter) || []).map((sound) => `/${sound}`);
        for (const key of [letter, ...sounds]) {
          for (const number of this.having.get(key) || []) {
            if (this.seen[number] === at + 1) continue;
            this.seen[number] = at + 1;
            this.lacking[number] -= 1;
          }
        }
      });
    }

    /** The places that are meant: {places, sure, near, full}. */
    find(typed) {
      const query = unitsOf(typed, this.readings), text = textOf(query);
      const hits = this._matching(text, query, 0);
      let found = this._found(hits);
      if (hits.length < FEW && !found.sure) {
        found = this._found(this._matching(text, query, LENGTHS_WITH_SLIPS.filter((length) => text.length >= length).length));
      }
      if (found.places.length) return found;
      for (let shorter = query.length - 1; shorter > 1; shorter -= 1) {
        const nearest = this._matching(textOf(query.slice(0, shorter)), [], 0);
        if (nearest.length) return { ...this._found(nearest), sure: false, near: true, full: [] };
      }
      return found;
    }

    /** Price and number of every place that matches, the cheapest first. */
    _matching(text, query, slips) {
      const limit = (slips + 1) * SLIP, least = new Map();
      if (!text.length) return [];
      this._countLacking(text);
      Object.assign(this.steps[0], { begun: 0, done: limit });
      for (const prices of [this.steps[0].on, this.steps[0].off]) prices.fill(limit);
      let alike = 0; // units that the name in hand has in common with the last one that was spelled
      this.names.forEach((name, number) => {
        alike = Math.min(alike, name.alike);
        const possible = this.lacking[number] <= slips;
        const price = this._price(text, query, name.units, slips, possible ? alike : -1);
        if (possible) alike = name.units.length;
        if (price < limit && price < (least.get(name.place) ?? limit)) least.set(name.place, price);
      });
      const hits = [...least].map(([place, price]) => [price, place]);
      return hits.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    }

    _found(hits) {
      const full = hits.filter(([price]) => price < INNER && price % READ === 0).map(([, place]) => place);
      const right = hits.filter(([price]) => price < SLIP).map(([price]) => price);
      let places = hits.map(([, place]) => place);
      if (full.length === 1) places = [full[0], ...places.filter((place) => place !== full[0])];
      const clear = right.length > 0 && (right.length === 1 || right[1] - right[0] >= NUMBER);
      const sure = full.length === 1 || (!full.length && clear);
      return { places: places.slice(0, LISTED), sure, near: hits.length > 0 && !right.length, full };
    }

    /** The price of the cheapest way to spell a text by a name, whose first units are done. */
    _price(text, query, name, slips, begin) {
      const limit = (slips + 1) * SLIP;
      for (let at = begin; begin >= 0 && at < name.length; at += 1) this._step(text, name[at], at, slips, limit);
      const spelled = begin < 0 ? limit : this.steps[name.length].done;
      const extra = query.length - name.length;
      if (name.length > 1 && extra > 0 && spelled > INSIDE && holds(query, name)) return INSIDE + extra * LEFT;
      return spelled;
    }

    /** Spell a text by one more unit of a name. */
    _step(text, unit, number, slips, limit) {
      const end = text.length, { reached } = this, { on, off, begun, done } = this.steps[number];
      const after = this.steps[number + 1];
      for (let at = 0; at < end; at += 1) reached[at] = Math.min(on[at], off[at]);
      reached[0] = Math.min(reached[0], begun);
      if (slips) for (let at = 0; at + 1 < end; at += 1) reached[at + 1] = Math.min(reached[at + 1], reached[at] + SLIP);
      after.on.fill(limit, 0, end + 1);
      this.spelled = after.on;
      for (let at = 0; at < end; at += 1) {
        if (reached[at] < limit) this._ways(text, at, unit, slips, reached[at]);
        after.off[at] = Math.min(limit, off[at] + LEFT);
        if (on[at] < limit && Math.floor((on[at] % SLIP) / GAP) < GAPS) after.off[at] = Math.min(after.off[at], on[at] + GAP + LEFT);
      }
      after.begun = (begun || INNER) + LEFT;
      after.done = Math.min(done + LEFT, after.on[end], slips ? after.on[end - 1] + SLIP : limit);
    }

    _keep(place, price) {
      if (price < this.spelled[place]) this.spelled[place] = price;
    }

    /** Note where the text goes on after a unit has spelled some of it, and the price. */
    _ways(text, place, unit, slips, price) {
      const { words, kind } = unit;
      for (let number = 0; number < words.length; number += 1) {
        const word = words[number], same = inCommon(text, place, word), whole = number ? READ : 0;
        if (kind === "number") {
          const next = text[place + same];
          if (same === word.length && !(next !== undefined && isDigit(next))) this._keep(place + same + (next === " " ? 1 : 0), price);
          else if (same && place + same === text.length) this._keep(text.length, price + NUMBER);
          continue;
        }
        for (let length = 1; length <= same; length += 1) {
          this._keep(place + length, price + (length === word.length ? whole : BEGUN));
        }
        if (!slips || word.length < SHORTEST_SLIPPED) continue;
        for (let length = word.length - 1; length <= word.length + 1; length += 1) {
          const typed = text.slice(place, place + length);
          if (typed.length === length && oneSlip(typed, word)) this._keep(place + length, price + whole + SLIP);
        }
      }
      if (kind === "character" && isHan(text[place])) this._another(text[place], place, unit, slips, price);
    }

    /** What it costs to take another character for the one that was typed. */
    _another(typed, place, unit, slips, price) {
      if (typed === unit.words[0][0]) return;
      const sounds = this.readings.get(typed) || [];
      if (unit.sounds.some((sound) => sounds.includes(sound))) this._keep(place + 1, price + SOUND);
      else if (slips) this._keep(place + 1, price + SLIP);
    }
  }

  // ------------------------------------------------------------------ houses, as in houses.py

  const ENDINGS = new Set("号號栋幢座院室");

  /** The name and the number of an address, either of which may be empty. */
  function split(address) {
    const plain = address.normalize("NFKC").trim();
    const leading = /^\s*([0-9]\S*)\s+(\S.*)$/su.exec(plain);
    if (leading) return [leading[2], leading[1]];
    const digit = plain.search(/[0-9]/), at = digit < 0 ? plain.length : digit;
    return [plain.slice(0, at).trim(), plain.slice(at).trim()];
  }

  /** What the number of a house may be, read to its end or less far, the longest first. */
  function keysOf(number) {
    const words = unitsOf(number, new Map()).map((unit) => unit.words[0].join(""));
    const keys = new Set();
    for (let end = words.length; end > 0; end -= 1) {
      let last = end;
      while (last > 1 && ENDINGS.has(words[last - 1])) last -= 1;
      keys.add(words.slice(0, last).join(" "));
    }
    return [...keys];
  }

  /** An address as it is written in its language. */
  const written = (name, number) => (number && /^[\0-\x7f]*$/.test(name) ? `${number} ${name}` : name + number);

  class Houses {
    /** Take the doors of each place that has any: {place: [[number, area], …]}. */
    constructor(doors, finder) {
      this.finder = finder;
      this.doors = new Map(Object.entries(doors).map(([place, own]) => [
        Number(place),
        new Map([...own].reverse().filter(([number]) => number).map(([number, area]) => [keysOf(number)[0], { number, area }])),
      ]));
    }

    /** The houses that may be meant, likelier streets first; `found` is what the whole text may mean. */
    meant(typed, found) {
      const [name, number] = split(typed), keys = keysOf(number);
      if (!this.doors.size || !name || !keys.length) return [];
      const streets = this.finder.find(name);
      if (streets.near) return [];
      const likely = streets.full.length ? streets.full : streets.places.slice(0, streets.sure ? 1 : LISTED);
      const having = (key) => likely.filter((place) => this.doors.get(place)?.has(key));
      const key = keys.find((one) => having(one).length);
      const houses = key === undefined ? [] : having(key).map((place) => ({ place, ...this.doors.get(place).get(key) }));
      const other = found.full.length && !houses.some(({ place }) => found.full.includes(place));
      return other ? [] : houses;
    }
  }

  return { Finder, Houses, written };
})();
