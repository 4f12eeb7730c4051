package dictation

// lexicon are the number words of a language that writes them apart or with hyphens.
type lexicon struct {
	ones     map[string]int // below a hundred, except tens
	tens     map[string]int
	hundreds map[string]int // words for several hundreds
	hundred  map[string]bool
	thousand map[string]bool
	bare     bool   // "hundred" and "thousand" mean one of them without a number before
	and      string // joins tens to ones, or to hundreds
	// joins reports whether and joins two words.
	joins func(l *lexicon, before, after string) bool
	// onesNeedAnd means that tens are never followed directly by ones.
	onesNeedAnd bool
	// vigesimal means that soixante-dix is 70 and quatre-vingt-dix is 90.
	vigesimal bool
}

// sum is a number that is being read.
type sum struct {
	total, part int // complete thousands, and the words after them
	joined      bool
	last        string
}

func (s *sum) empty() bool { return s.last == "" }

// fresh reports whether tens and ones may follow.
func (s *sum) fresh() bool { return s.empty() || s.part%100 == 0 && s.part+s.total > 0 }

// read reads the number that words begin with; see numerals.
func (l *lexicon) read(words []string) (value, n int) {
	s := sum{}
	for i, word := range words {
		if word == l.and && !s.empty() && i+1 < len(words) && l.joins(l, s.last, words[i+1]) {
			s.joined = true
			continue
		}
		if !l.add(&s, word) {
			break
		}
		s.joined, s.last, n = false, word, i+1
	}
	return s.total + s.part, n
}

// add adds a word to the number. It reports whether the word belongs to it.
func (l *lexicon) add(s *sum, word string) bool {
	one, isOne := l.ones[word]
	ten, isTen := l.tens[word]
	hundreds, isHundreds := l.hundreds[word]
	switch {
	case l.vigesimal && ten == 20 && s.part%100 == 4 && s.last == "quatre":
		s.part += 76
	case isOne && l.oneFits(s, one):
		s.part += one
	case isTen && s.fresh():
		s.part += ten
	case isHundreds && (s.empty() || s.part == 0 && s.total > 0):
		s.part += hundreds
	case l.hundred[word] && s.part > 0 && s.part < 100:
		s.part *= 100
	case l.hundred[word] && l.bare && s.part == 0 && s.fresh():
		s.part = 100
	case l.thousand[word] && s.total == 0 && (s.part > 0 && s.part < 1000 || l.bare && s.empty()):
		s.total, s.part = max(s.part, 1)*1000, 0
	default:
		return false
	}
	return true
}

// oneFits reports whether ones, or a number below twenty, may follow.
func (l *lexicon) oneFits(s *sum, one int) bool {
	rest := s.part % 100
	switch {
	case s.empty():
		return true
	case s.fresh():
		return one > 0
	case l.vigesimal && (rest == 60 || rest == 80):
		return one > 0 && one < 20
	case l.vigesimal && s.last == "dix":
		return one >= 7 && one <= 9
	}
	return rest >= 20 && rest%10 == 0 && one > 0 && one < 10 && (!l.onesNeedAnd || s.joined)
}

func set(words ...string) map[string]bool {
	all := map[string]bool{}
	for _, w := range words {
		all[w] = true
	}
	return all
}
