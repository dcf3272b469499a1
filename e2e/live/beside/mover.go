package beside

import (
	"context"
	"time"
)

// mover moves the application.
type mover interface {
	name() (name, version string)
	namespace() string
	begin(ctx context.Context, s *stand) error                       // takes the application over
	start(ctx context.Context, s *stand, image string) error         // begins a release
	step(ctx context.Context, s *stand, percent int) error           // goes to a step, and returns once it is there
	finish(ctx context.Context, s *stand) error                      // goes from 50 % to the end
	abort(ctx context.Context, s *stand) error                       // says that it is to go back
	back(ctx context.Context, s *stand) error                        // returns once it has gone back
	restart(ctx context.Context, s *stand, away time.Duration) error // kills its programs, and starts them again
	cpu() time.Duration                                              // of its programs
	end()
}

// controller is a mover's program that runs all the time.
type controller struct {
	rig     *stand
	program string
	used    time.Duration // by those that were killed
}

// restart kills the program, and starts it again after a while.
func (c *controller) restart(ctx context.Context, s *stand, away time.Duration) error {
	c.used += spent(s.Process(c.program))
	return s.Away(ctx, c.program, away)
}

func (c *controller) cpu() time.Duration {
	if c.rig == nil {
		return 0
	}
	return c.used + spent(c.rig.Process(c.program))
}

func (c *controller) end() {
	if c.rig != nil {
		c.rig.Halt(c.program)
	}
}
