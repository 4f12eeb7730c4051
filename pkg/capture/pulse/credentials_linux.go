package pulse

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// send writes b with the credentials of this process, by which the server recognises
// its own user. The kernel adds them only if the server has already accepted the
// connection.
func send(conn net.Conn, b []byte) (int, error) {
	local, isLocal := conn.(*net.UnixConn)
	if !isLocal || len(b) == 0 { // credentials would take a byte along
		return conn.Write(b)
	}
	me := &unix.Ucred{Pid: int32(os.Getpid()), Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())}
	n, _, err := local.WriteMsgUnix(b, unix.UnixCredentials(me), nil)
	return n, err
}
