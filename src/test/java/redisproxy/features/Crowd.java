package redisproxy.features;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Bytes;

/** Concurrent requests, each on a connection of its own. */
public final class Crowd {
    private final World world;
    private final List<Port.Question> questions = new ArrayList<>();

    public Crowd(World world) {
        this.world = world;
    }

    /** Opens a connection for one more request. {@link #send} sends it with the others. */
    void add(Port port, Bytes key) {
        questions.add(port.question(world, key));
    }

    /** Sends all requests that were added, one right after the other. */
    void send() {
        questions.forEach(Port.Question::send);
    }

    /** Waits for all answers, and returns them in the order of the requests. */
    List<Answer> answers() {
        List<Answer> answers = questions.stream().map(Port.Question::answer).toList();
        questions.forEach(Port.Question::hangUp);
        questions.clear();
        return answers;
    }
}
