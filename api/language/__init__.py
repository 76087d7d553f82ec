"""The language of an answer: the one place that knows Chinese, or reads Accept-Language."""
