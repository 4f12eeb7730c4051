package wayland

import "slices"

// Opcodes of ext-data-control-v1.xml, version 1. Those of
// wlr-data-control-unstable-v1.xml, version 2, are the same.
const (
	controlCreateSource = 0
	controlGetDevice    = 1

	deviceSetSelection = 0
	deviceSetPrimary   = 2
	deviceDataOffer    = 0 // event
	deviceSelection    = 1 // event
	deviceFinished     = 2 // event
	devicePrimary      = 3 // event

	sourceOffer     = 0
	sourceDestroy   = 1
	sourceSend      = 0 // event
	sourceCancelled = 1 // event

	offerReceive = 0
	offerDestroy = 1
	offerOffer   = 0 // event
)

// clipboards is our access to the user's clipboards.
type clipboards struct {
	control, device uint32
	offers          map[uint32]*offer // announced and not yet destroyed
	clipboard       selection         // for copy and paste
	primary         selection         // for selecting and the middle button
	hasPrimary      bool
	transfers       map[*transfer]bool // in progress
}

// selection is one clipboard.
type selection struct {
	set   uint16  // the opcode of the request that takes it
	offer *offer  // the current content, nil if empty
	ours  *source // our content, nil if it has none
}

// offer is the content of a clipboard.
type offer struct {
	id    uint32
	types []string // MIME types
}

// bindClipboards binds the data control manager, if the compositor has one. The
// caller holds mu.
func (d *Display) bindClipboards() error {
	control, _, err := d.bind("ext_data_control_manager_v1", 1, nil)
	hasPrimary := true
	if err == nil && control == 0 {
		var version uint32
		control, version, err = d.bind("zwlr_data_control_manager_v1", 2, nil)
		hasPrimary = version >= 2
	}
	if err != nil || control == 0 {
		return err
	}
	d.clips = &clipboards{
		control:    control,
		device:     d.newObject(d.handleDevice),
		offers:     map[uint32]*offer{},
		clipboard:  selection{set: deviceSetSelection},
		primary:    selection{set: deviceSetPrimary},
		hasPrimary: hasPrimary,
		transfers:  map[*transfer]bool{},
	}
	return d.send(newRequest(control, controlGetDevice).uint(d.clips.device).uint(d.seat))
}

func (d *Display) handleDevice(opcode uint16, a *args) {
	c := d.clips
	switch opcode {
	case deviceDataOffer:
		o := &offer{id: a.uint()}
		c.offers[o.id] = o
		d.handlers[o.id] = func(opcode uint16, a *args) {
			if opcode != offerOffer {
				return
			}
			if t := a.string(); !slices.Contains(o.types, t) {
				o.types = append(o.types, t)
			}
		}
	case deviceSelection:
		d.replace(&c.clipboard, a.uint())
	case devicePrimary:
		d.replace(&c.primary, a.uint())
	case deviceFinished:
		c.device = 0
	}
}

// replace records the new content of a clipboard and drops the old one.
func (d *Display) replace(s *selection, id uint32) {
	old := s.offer
	s.offer = d.clips.offers[id] // nil for 0
	if old == nil || old == s.offer {
		return
	}
	delete(d.clips.offers, old.id)
	delete(d.handlers, old.id)
	// An error means that the connection is broken, which the loop notices too.
	_ = d.send(newRequest(old.id, offerDestroy))
}

// format is the clipboard content in one format.
type format struct {
	mime string
	data []byte
}

// source is content that we put into a clipboard.
type source struct {
	id      uint32
	formats []format
	lost    chan struct{} // closed when it is no longer in a clipboard
	count   *tally
}

// tally counts the transfers of one or more sources. The display's mu guards
// it.
type tally struct {
	open     int           // transfers in progress
	counting bool          // whether transfers that start now count towards taken
	taken    int           // counted transfers that succeeded
	changed  chan struct{} // receives a value when a transfer starts or ends
}

func newTally() *tally {
	return &tally{changed: make(chan struct{}, 1)}
}

// notify signals a change; the receiver checks what has changed.
func (t *tally) notify() {
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// setClipboard puts content into a clipboard, or empties it if there are no
// formats. The caller holds mu.
func (d *Display) setClipboard(s *selection, formats []format, count *tally) error {
	c := d.clips
	if len(formats) == 0 {
		s.ours = nil
		return d.send(newRequest(c.device, s.set).uint(0))
	}
	src := &source{formats: formats, lost: make(chan struct{}), count: count}
	src.id = d.newObject(func(opcode uint16, a *args) { d.handleSource(src, opcode, a) })
	requests := []*request{newRequest(c.control, controlCreateSource).uint(src.id)}
	for _, f := range formats {
		requests = append(requests, newRequest(src.id, sourceOffer).string(f.mime))
	}
	requests = append(requests, newRequest(c.device, s.set).uint(src.id))
	s.ours = src
	return d.send(requests...)
}

func (d *Display) handleSource(src *source, opcode uint16, a *args) {
	switch opcode {
	case sourceSend:
		mime := a.string()
		fd, err := d.conn.takeFD()
		if err != nil {
			a.bad = true
			return
		}
		d.serve(src, mime, fd)
	case sourceCancelled:
		select {
		case <-src.lost:
			return // a repeated event
		default:
		}
		close(src.lost)
		for _, s := range []*selection{&d.clips.clipboard, &d.clips.primary} {
			if s.ours == src {
				s.ours = nil
			}
		}
		// Ignore the error, as in replace.
		_ = d.send(newRequest(src.id, sourceDestroy))
	}
}

// abort ends all transfers. The caller holds mu.
func (c *clipboards) abort() {
	if c == nil {
		return
	}
	for t := range c.transfers {
		t.abort()
	}
}
