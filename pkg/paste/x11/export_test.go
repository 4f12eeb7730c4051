package x11

// Keys returns which modifiers are held and which are locked, as bits, and the
// active layout group.
func (d *Display) Keys() (held, locked, group byte, err error) {
	s, err := d.state()
	return s.held, s.locked, s.group, err
}

// LockGroup activates a layout group, counted from 0.
func (d *Display) LockGroup(group byte) error {
	b := d.xkbRequest(xkbLatchLockState, 16)
	b[8], b[9] = 1, group
	cookie := d.conn.NewCookie(true, false)
	d.conn.NewRequest(b, cookie)
	return cookie.Check()
}

// Keyboards returns the device IDs of the keyboards.
func (d *Display) Keyboards() ([]uint16, error) { return d.keyboards() }
